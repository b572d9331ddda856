using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Compaction;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Retention;

/// <summary>
/// One run over the series of a block that is being written. A series and its columns of aggregates come one after the other and are dealt
/// with together; windows that the border of a block cut in two become one where the blocks were merged.
/// </summary>
internal sealed class SeriesRewrite(RetentionTable table, BlockMeta merged, long nowMs, Action<Labels, SampleColumns> write) : ISeriesRewrite
{
    private readonly Dictionary<SeriesRetention, RetentionCuts> _cuts = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<long, AggregateColumnSet> _columns = [];
    private Labels? _series;
    private SampleColumns _samples = new();
    private long _coarsest;

    public void Add(Labels labels, SampleColumns rows)
    {
        if (!AggregateLabel.TryRemove(labels, out var series, out var resolution, out var column))
        {
            Flush();
            if (merged.ResolutionMs == 0 && CutsOf(labels).DoNothing)
            {
                // No column can follow, so the samples need not be kept until it has come.
                Write(labels, rows);
                return;
            }
            _series = labels;
            Copy(rows, 0, _samples);
            return;
        }
        if (!series.Equals(_series))
        {
            Flush();
            _series = series;
        }
        if (!_columns.TryGetValue(resolution, out var set))
        {
            _columns.Add(resolution, set = new AggregateColumnSet());
        }
        var kept = new SampleColumns();
        Copy(rows, 0, kept);
        set[column] = kept;
    }

    public long Finish()
    {
        Flush();
        return _coarsest;
    }

    private void Flush()
    {
        if (_series is null)
        {
            return;
        }
        var cuts = CutsOf(_series);
        if (_columns.Count == 0 && cuts.DoNothing)
        {
            Write(_series, _samples);
        }
        else
        {
            Rewrite(_series, cuts);
        }
        _series = null;
        _samples.Clear();
        _columns.Clear();
    }

    private void Rewrite(Labels labels, RetentionCuts cuts)
    {
        var samples = After(cuts.DropThrough, _samples);
        var levels = new SortedDictionary<long, SeriesAggregates>();
        foreach (var (resolution, set) in _columns)
        {
            var stored = new SeriesAggregates(resolution);
            set.AddTo(stored);
            stored.RemoveThrough(cuts.DropThrough);
            Aggregation.OfAggregates(stored, long.MaxValue, LevelOf(levels, resolution));
        }
        if (AggregateLabel.CanFollow(labels))
        {
            // Coarsest first: what it takes is no longer there for the finer ones.
            foreach (var (through, resolution) in cuts.Aggregate.Where(step => step.ThroughMs > long.MinValue).OrderByDescending(step => step.ResolutionMs))
            {
                var level = LevelOf(levels, resolution);
                foreach (var finer in levels.Values.Where(one => one.ResolutionMs < resolution))
                {
                    Aggregation.OfAggregates(finer, through, level);
                }
                Aggregation.OfSamples(samples, through, level);
                samples = After(through, samples);
            }
        }
        Write(labels, samples);
        foreach (var level in levels.Values.Where(level => !level.IsEmpty).OrderBy(level => PrometheusDuration.Format(level.ResolutionMs), StringComparer.Ordinal))
        {
            _coarsest = Math.Max(_coarsest, level.ResolutionMs);
            var set = AggregateColumnSet.Of(level, labels.MetricName);
            foreach (var column in Enum.GetValues<AggregateColumn>())
            {
                if (set[column] is { } rows)
                {
                    write(AggregateLabel.Add(labels, level.ResolutionMs, column), rows);
                }
            }
        }
    }

    private void Write(Labels labels, SampleColumns rows)
    {
        if (rows.Count > 0)
        {
            write(labels, rows);
        }
    }

    private RetentionCuts CutsOf(Labels labels)
    {
        var policy = table.Of(labels);
        if (!_cuts.TryGetValue(policy, out var cuts))
        {
            cuts = RetentionTable.CutsOf(policy, merged.MinTimeMs, merged.MaxTimeMs, nowMs);
            _cuts.Add(policy, cuts);
        }
        return cuts;
    }

    private static SeriesAggregates LevelOf(SortedDictionary<long, SeriesAggregates> levels, long resolution)
    {
        if (!levels.TryGetValue(resolution, out var level))
        {
            levels.Add(resolution, level = new SeriesAggregates(resolution));
        }
        return level;
    }

    private static SampleColumns After(long through, SampleColumns rows)
    {
        if (through == long.MinValue || rows.Count == 0 || rows.Timestamps[0] > through)
        {
            return rows;
        }
        var first = rows.Timestamps.BinarySearch(through);
        var rest = new SampleColumns();
        Copy(rows, first < 0 ? ~first : first + 1, rest);
        return rest;
    }

    private static void Copy(SampleColumns from, int first, SampleColumns to)
    {
        if (from.HasHistograms)
        {
            for (var row = first; row < from.Count; row++)
            {
                SampleMerge.AddRow(from, row, to);
            }
            return;
        }
        to.Extend(from.Count - first, out var times, out var values);
        from.Timestamps[first..].CopyTo(times);
        from.Values[first..].CopyTo(values);
    }
}
