using System.IO.Hashing;
using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Push.StatsD;

/// <summary>One series of StatsD, or the whole summary or histogram. Guarded by the registry's lock.</summary>
internal abstract class StatsDSeries(IReadOnlyList<Label> labels)
{
    public IReadOnlyList<Label> Labels => labels;

    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Zero for ever.</summary>
    public TimeSpan Ttl { get; set; }

    /// <summary>How many series it is in a store.</summary>
    public virtual int SeriesCount => 1;

    public abstract void Take(in StatsDEvent measured, DateTimeOffset now);

    public FamilyMetric Read(DateTimeOffset now)
    {
        var metric = new FamilyMetric();
        metric.Labels.AddRange(labels);
        Fill(metric, now);
        return metric;
    }

    protected abstract void Fill(FamilyMetric metric, DateTimeOffset now);
}

/// <summary>A counter or a gauge.</summary>
internal sealed class NumberSeries(IReadOnlyList<Label> labels, bool isCounter) : StatsDSeries(labels)
{
    private double _value;

    public override void Take(in StatsDEvent measured, DateTimeOffset now) =>
        _value = isCounter || measured.IsRelative ? _value + measured.Value : measured.Value;

    protected override void Fill(FamilyMetric metric, DateTimeOffset now) => metric.Value = _value;
}

/// <summary>A timer, shown as quantiles of the last minutes beside sum and count of all.</summary>
internal sealed class SummarySeries(IReadOnlyList<Label> labels, SummaryShape shape, DateTimeOffset now) : StatsDSeries(labels)
{
    private readonly SlidingQuantiles _quantiles = new(shape.Targets, shape.MaxAge, shape.AgeBuckets, now);
    private double _sum;
    private long _count;

    public override int SeriesCount => shape.Targets.Count + 2;

    public override void Take(in StatsDEvent measured, DateTimeOffset now)
    {
        _quantiles.Add(measured.Value, measured.Times, now);
        _sum += measured.Value * measured.Times;
        _count += measured.Times;
    }

    protected override void Fill(FamilyMetric metric, DateTimeOffset now)
    {
        metric.Points.AddRange(_quantiles.Read(now));
        (metric.Sum, metric.Count) = (_sum, _count);
    }
}

/// <summary>A timer, shown in buckets: classic ones, and native ones where they are asked for.</summary>
internal sealed class HistogramSeries(IReadOnlyList<Label> labels, IReadOnlyList<double> bounds, NativeShape? shape) : StatsDSeries(labels)
{
    /// <summary>So many native buckets count as a series, since they take as much memory here.</summary>
    private const int NativeBucketsPerSeries = 8;

    private readonly long[] _counts = new long[bounds.Count];
    private readonly NativeBuckets? _native = shape is null ? null : new NativeBuckets(shape);
    private double _sum;
    private long _count;

    public override int SeriesCount => bounds.Count + 3 + (shape is null ? 0 : 1 + shape.MaxBuckets / NativeBucketsPerSeries);

    public override void Take(in StatsDEvent measured, DateTimeOffset now)
    {
        for (var i = 0; i < bounds.Count; i++)
        {
            if (measured.Value <= bounds[i])
            {
                _counts[i] += measured.Times;
                break;
            }
        }
        _native?.Add(measured.Value, measured.Times);
        _sum += measured.Value * measured.Times;
        _count += measured.Times;
    }

    protected override void Fill(FamilyMetric metric, DateTimeOffset now)
    {
        metric.Native = _native?.Read(_count, _sum);
        long below = 0;
        for (var i = 0; i < bounds.Count; i++)
        {
            below += _counts[i];
            metric.Points.Add((bounds[i], below));
        }
        metric.Points.Add((double.PositiveInfinity, _count));
        (metric.Sum, metric.Count) = (_sum, _count);
    }
}

/// <summary>A set: how many different members came in the last whole window, as StatsD flushes it.</summary>
internal sealed class SetSeries(IReadOnlyList<Label> labels, StatsDFigures figures, DateTimeOffset now) : StatsDSeries(labels)
{
    /// <summary>Members that are told apart in one window.</summary>
    private const int MostMembers = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>By their hash, as a member may be as long as a datagram.</summary>
    private readonly HashSet<UInt128> _members = [];
    private DateTimeOffset _windowEnds = now + Window;
    private int _lastCount;

    public override void Take(in StatsDEvent measured, DateTimeOffset now)
    {
        Advance(now);
        var member = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(measured.Member.AsSpan()));
        if (_members.Count < MostMembers)
        {
            _members.Add(member);
        }
        else if (!_members.Contains(member))
        {
            figures.CountMemberRefused();
        }
    }

    protected override void Fill(FamilyMetric metric, DateTimeOffset now)
    {
        Advance(now);
        metric.Value = _lastCount;
    }

    private void Advance(DateTimeOffset now)
    {
        if (now < _windowEnds)
        {
            return;
        }
        // Where more than a window passed, the last whole one was empty.
        _lastCount = now < _windowEnds + Window ? _members.Count : 0;
        _members.Clear();
        _windowEnds += Window * (Math.Floor((now - _windowEnds) / Window) + 1);
    }
}

/// <summary>How a summary is made.</summary>
/// <param name="Targets">Its quantiles.</param>
/// <param name="MaxAge">How long a value counts for them.</param>
/// <param name="AgeBuckets">In how many steps values are forgotten.</param>
internal sealed record SummaryShape(IReadOnlyList<QuantileTarget> Targets, TimeSpan MaxAge, int AgeBuckets);
