using Touchline.Model;

namespace Touchline.Storage.InMemory;

/// <summary>
/// The reference implementation of the metrics contracts: simple enough to be right by reading, for tests and scripts. Keeps
/// everything, takes samples in any order of time. Thread-safe through one lock.
/// </summary>
public sealed class InMemoryStore : IMetricAppendable, IMetricQueryable, IExemplarQueryable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Labels, int> _byLabels = [];
    private readonly List<StoredSeries> _series = [];
    private readonly Dictionary<string, MetricMetadata> _metadata = [];

    public ChangeHistory Changes { get; } = new();

    public IAppender OpenAppender() => new InMemoryAppender(this);

    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs) => new InMemoryQuerier(Snapshot(minTimeMs, maxTimeMs), CopyMetadata());

    internal AppendStatus Check(ref SeriesRef series, Labels? labels, long timestampMs, double value, NativeHistogram? histogram)
    {
        lock (_lock)
        {
            if (series.IsNone || series.Value > (ulong)_series.Count)
            {
                series = default;
                if (labels is null || labels.Count == 0)
                {
                    return AppendStatus.InvalidLabels;
                }
                if (!_byLabels.TryGetValue(labels, out var index))
                {
                    index = _series.Count;
                    _byLabels.Add(labels, index);
                    _series.Add(new StoredSeries(labels));
                }
                series = new SeriesRef((ulong)index + 1);
            }
            if (!_series[(int)series.Value - 1].Samples.TryGetValue(timestampMs, out var existing))
            {
                return AppendStatus.Stored;
            }
            var same = histogram is null
                ? existing.Histogram is null && BitConverter.DoubleToInt64Bits(existing.Value) == BitConverter.DoubleToInt64Bits(value)
                : ReferenceEquals(existing.Histogram, histogram);
            return same ? AppendStatus.Duplicate : AppendStatus.DuplicateTimestamp;
        }
    }

    public IReadOnlyList<ExemplarSeries> SelectExemplars(
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return
            [
                .. _series.Where(series => selectors.Any(matchers => matchers.All(matcher => matcher.Matches(series.Labels))))
                    .Select(series => new ExemplarSeries(series.Labels, [.. series.Exemplars.Distinct()
                        .Where(exemplar => exemplar.TimestampMs >= minTimeMs && exemplar.TimestampMs <= maxTimeMs).OrderBy(exemplar => exemplar.TimestampMs)]))
                    .Where(series => series.Exemplars.Count > 0).OrderBy(series => series.Labels),
            ];
        }
    }

    internal void Commit(
        List<PendingSample> samples, List<(string Name, MetricMetadata Metadata)> metadata, List<(SeriesRef Series, Exemplar Exemplar)> exemplars,
        List<(SeriesRef Series, long CreatedMs)> created)
    {
        lock (_lock)
        {
            foreach (var sample in samples)
            {
                _series[(int)sample.Series.Value - 1].Samples[sample.TimestampMs] = (sample.Value, sample.Histogram);
            }
            foreach (var (name, entry) in metadata)
            {
                _metadata[name] = entry;
            }
            foreach (var (series, exemplar) in exemplars)
            {
                _series[(int)series.Value - 1].Exemplars.Add(exemplar);
            }
            foreach (var (series, time) in created)
            {
                _series[(int)series.Value - 1].Created.Add(time);
            }
        }
        if (samples.Count > 0)
        {
            Changes.Add(samples.Min(sample => sample.TimestampMs));
        }
    }

    private List<InMemorySeries> Snapshot(long minTimeMs, long maxTimeMs)
    {
        lock (_lock)
        {
            var result = new List<InMemorySeries>();
            foreach (var series in _series)
            {
                var columns = new SampleColumns();
                foreach (var (time, (value, histogram)) in series.Samples)
                {
                    if (time < minTimeMs || time > maxTimeMs)
                    {
                        continue;
                    }
                    if (histogram is null)
                    {
                        columns.Add(time, value);
                    }
                    else
                    {
                        columns.Add(time, histogram);
                    }
                }
                if (columns.Count > 0)
                {
                    result.Add(new InMemorySeries(series.Labels, columns, [.. series.Created]));
                }
            }
            return result;
        }
    }

    private Dictionary<string, MetricMetadata> CopyMetadata()
    {
        lock (_lock)
        {
            return new Dictionary<string, MetricMetadata>(_metadata);
        }
    }

    private sealed class StoredSeries(Labels labels)
    {
        public Labels Labels { get; } = labels;

        public SortedDictionary<long, (double Value, NativeHistogram? Histogram)> Samples { get; } = [];

        public List<Exemplar> Exemplars { get; } = [];

        public SortedSet<long> Created { get; } = [];
    }
}
