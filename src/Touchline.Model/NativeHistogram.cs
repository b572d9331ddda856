namespace Touchline.Model;

/// <summary>
/// A native histogram sample. Bucket counts are absolute (not deltas) and cover the spans in order. Integer histograms are
/// carried in the same shape: every count up to 2^53 is exact. Immutable by convention: arrays are not written after construction.
/// Source: Prometheus, model/histogram (schemas -4…8 exponential, -53 custom bounds).
/// </summary>
public sealed record NativeHistogram
{
    public const int CustomBucketsSchema = -53;

    /// <summary>A time and a histogram without buckets, in Prometheus's memory.</summary>
    private const int FixedBytes = 8 + 168;

    public CounterResetHint CounterResetHint { get; init; }

    public int Schema { get; init; }

    public double ZeroThreshold { get; init; }

    public double ZeroCount { get; init; }

    public double Count { get; init; }

    /// <summary>The sum of observations; the stale marker here makes the whole sample a staleness marker.</summary>
    public double Sum { get; init; }

    /// <summary>Whether counts were sent as floats. Kept so that a stored integer histogram is given back as one.</summary>
    public bool IsFloat { get; init; }

    public BucketSpan[] PositiveSpans { get; init; } = [];

    public BucketSpan[] NegativeSpans { get; init; } = [];

    public double[] PositiveBuckets { get; init; } = [];

    public double[] NegativeBuckets { get; init; } = [];

    /// <summary>Upper bounds of custom buckets, ascending, without +Inf; empty for exponential schemas.</summary>
    public double[] CustomBounds { get; init; } = [];

    public bool IsStale => StaleMarker.Is(Sum);

    /// <summary>
    /// How many float samples of 16 bytes, time included, take as much memory, rounded down. Source: Prometheus, promql/value.go (HPoint) and
    /// model/histogram/float_histogram.go, whose counting limits on samples follow.
    /// </summary>
    public int SampleSize => (FixedBytes + 8 * (
        PositiveSpans.Length + NegativeSpans.Length + PositiveBuckets.Length + NegativeBuckets.Length + CustomBounds.Length)) / 16;
}
