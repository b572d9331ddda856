using Touchline.Model;

namespace Touchline.Push.Groups;

/// <summary>The native buckets of a histogram in the file of pushed groups.</summary>
/// <param name="Schema">The resolution.</param>
/// <param name="ZeroThreshold">Up to where observations count as zero.</param>
/// <param name="ZeroCount">How many did.</param>
/// <param name="IsFloat">Whether counts may be fractions.</param>
/// <param name="PositiveSpans">Gap and length of each run of buckets.</param>
/// <param name="PositiveCounts">What each bucket holds.</param>
/// <param name="NegativeSpans">As above.</param>
/// <param name="NegativeCounts">As above.</param>
internal sealed record PushedHistogram(
    int Schema, double ZeroThreshold, double ZeroCount, bool IsFloat, List<long[]> PositiveSpans, double[] PositiveCounts, List<long[]> NegativeSpans, double[] NegativeCounts)
{
    public static PushedHistogram Of(NativeHistogram native) => new(
        native.Schema, native.ZeroThreshold, native.ZeroCount, native.IsFloat,
        Pairs(native.PositiveSpans), native.PositiveBuckets, Pairs(native.NegativeSpans), native.NegativeBuckets);

    /// <exception cref="InvalidDataException">It contradicts itself.</exception>
    public NativeHistogram ToNative(double count, double sum, bool isGauge)
    {
        var native = new NativeHistogram
        {
            CounterResetHint = isGauge ? CounterResetHint.Gauge : CounterResetHint.Unknown,
            Schema = Schema,
            ZeroThreshold = ZeroThreshold,
            ZeroCount = ZeroCount,
            Count = count,
            Sum = sum,
            IsFloat = IsFloat,
            PositiveSpans = Spans(PositiveSpans),
            PositiveBuckets = PositiveCounts,
            NegativeSpans = Spans(NegativeSpans),
            NegativeBuckets = NegativeCounts,
        };
        return HistogramRules.Problem(native) is { Length: > 0 } problem ? throw new InvalidDataException(problem) : native;
    }

    private static List<long[]> Pairs(BucketSpan[] spans) => [.. spans.Select(span => new long[] { span.Offset, span.Length })];

    private static BucketSpan[] Spans(List<long[]> pairs) => [.. pairs.Select(pair => new BucketSpan((int)pair[0], (uint)pair[1]))];
}
