using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>A walk through a log that collects the samples of one window of time.</summary>
internal sealed class LogWindow(LogSeries series, IReadOnlyList<DeletedInterval> covered, long minTime, long maxTime) : IPrometheusLogVisitor
{
    private readonly SampleSpool?[] _spools = new SampleSpool?[series.Count];
    private readonly long[] _lastTimes = Filled(series.Count);
    private readonly Dictionary<int, SeriesExtras> _extras = [];

    /// <summary>
    /// Whether the log being walked is that of samples that came out of order. The other one has such samples too, noted before they were
    /// refused or sent here: there, what does not ascend does not count.
    /// </summary>
    public bool OutOfOrder { get; set; }

    public void Series(ulong reference, Labels labels)
    {
        if (!OutOfOrder)
        {
            series.Define(reference, labels);
        }
    }

    public void Sample(ulong reference, long time, double value) => SpoolFor(reference, time)?.Append(time, value);

    public void Histogram(ulong reference, long time, NativeHistogram histogram) => SpoolFor(reference, time)?.Append(time, histogram);

    public void Started(ulong reference, long time, long start)
    {
        if (Holds(reference, time, out var number) && start is >= -SampleLimits.MaxAbsoluteTime and <= SampleLimits.MaxAbsoluteTime)
        {
            ExtrasFor(number).AddCreated(start);
        }
    }

    public void Deleted(ulong reference, DeletedInterval interval)
    {
        // Known since the survey.
    }

    public void Exemplar(ulong reference, Exemplar exemplar)
    {
        if (Holds(reference, exemplar.TimestampMs, out var number))
        {
            ExtrasFor(number).AddExemplars([exemplar]);
        }
    }

    public void Metadata(ulong reference, MetricMetadata metadata)
    {
        // Known since the survey.
    }

    /// <summary>Replaces the rows by the living samples of a series, ascending, and lets go of them.</summary>
    public void Take(int number, SampleColumns rows)
    {
        rows.Clear();
        if (_spools[number] is not { } spool)
        {
            return;
        }
        _spools[number] = null;
        if (series.DeletedOf(number) is { Count: > 0 } deleted)
        {
            var all = new SampleColumns();
            spool.Read(all);
            PrometheusTombstones.CopyLiving(all, deleted, rows);
            return;
        }
        spool.Read(rows);
    }

    /// <summary>What the log has of a series beside its samples; null where it has nothing.</summary>
    public SeriesExtras? ExtrasOf(int number) => _extras.GetValueOrDefault(number);

    private bool Holds(ulong reference, long time, out int number)
    {
        number = series.Find(reference);
        return number >= 0 && time >= minTime && time < maxTime && !covered.IsCovered(time);
    }

    private SeriesExtras ExtrasFor(int number)
    {
        if (!_extras.TryGetValue(number, out var extras))
        {
            _extras.Add(number, extras = new SeriesExtras());
        }
        return extras;
    }

    private SampleSpool? SpoolFor(ulong reference, long time)
    {
        var number = series.Find(reference);
        if (number < 0 || number >= _spools.Length)
        {
            return null;
        }
        if (!OutOfOrder)
        {
            if (time <= _lastTimes[number])
            {
                return null;
            }
            _lastTimes[number] = time;
            if (covered.IsCovered(time))
            {
                return null;
            }
        }
        return time >= minTime && time < maxTime ? _spools[number] ??= new SampleSpool() : null;
    }

    private static long[] Filled(int count)
    {
        var times = new long[count];
        times.AsSpan().Fill(long.MinValue);
        return times;
    }
}
