using Touchline.Model;

namespace Touchline.PromQL.Scripts;

/// <summary>Equality that forgives rounding: a relative difference of one in a million. Two NaN are equal, staleness only to itself.</summary>
internal static class AlmostEqual
{
    private const double Epsilon = 0.000001;

    // The smallest double with full precision: below it a relative difference means nothing.
    private const double MinNormal = 2.2250738585072014e-308;

    public static bool Numbers(double a, double b)
    {
        if (StaleMarker.Is(a) || StaleMarker.Is(b))
        {
            return StaleMarker.Is(a) && StaleMarker.Is(b);
        }
        if ((double.IsNaN(a) && double.IsNaN(b)) || a == b)
        {
            return true;
        }
        var sum = Math.Abs(a) + Math.Abs(b);
        var difference = Math.Abs(a - b);
        return a == 0 || b == 0 || sum < MinNormal
            ? difference < Epsilon * MinNormal
            : difference / Math.Min(sum, double.MaxValue) < Epsilon;
    }

    /// <summary>Empty buckets do not count; the hint only where it was written down.</summary>
    public static bool Histograms(NativeHistogram expected, NativeHistogram got, bool compareHint) =>
        expected.Schema == got.Schema
        && Numbers(expected.Count, got.Count)
        && Numbers(expected.Sum, got.Sum)
        && expected.ZeroThreshold.Equals(got.ZeroThreshold)
        && Numbers(expected.ZeroCount, got.ZeroCount)
        && expected.CustomBounds.AsSpan().SequenceEqual(got.CustomBounds)
        && Buckets(expected.PositiveSpans, expected.PositiveBuckets, got.PositiveSpans, got.PositiveBuckets)
        && Buckets(expected.NegativeSpans, expected.NegativeBuckets, got.NegativeSpans, got.NegativeBuckets)
        && (!compareHint || expected.CounterResetHint == got.CounterResetHint);

    private static bool Buckets(BucketSpan[] spans, double[] counts, BucketSpan[] otherSpans, double[] otherCounts)
    {
        var filled = Filled(spans, counts);
        var otherFilled = Filled(otherSpans, otherCounts);
        return filled.Count == otherFilled.Count && filled.Zip(otherFilled).All(p => p.First.Index == p.Second.Index && Numbers(p.First.Count, p.Second.Count));
    }

    private static List<(int Index, double Count)> Filled(BucketSpan[] spans, double[] counts)
    {
        var filled = new List<(int, double)>();
        var index = 0;
        var next = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0; i < span.Length && next < counts.Length; i++, index++, next++)
            {
                if (counts[next] != 0)
                {
                    filled.Add((index, counts[next]));
                }
            }
        }
        return filled;
    }
}
