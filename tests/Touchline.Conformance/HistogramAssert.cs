using Touchline.Model;

namespace Touchline.Conformance;

/// <summary>Compares histograms by the bits of every number; record equality would compare arrays by reference.</summary>
public static class HistogramAssert
{
    public static void Same(NativeHistogram expected, NativeHistogram? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.CounterResetHint, actual.CounterResetHint);
        Assert.Equal(expected.Schema, actual.Schema);
        Assert.Equal(expected.IsFloat, actual.IsFloat);
        SameBits([expected.ZeroThreshold, expected.ZeroCount, expected.Count, expected.Sum], [actual.ZeroThreshold, actual.ZeroCount, actual.Count, actual.Sum]);
        Assert.Equal(expected.PositiveSpans, actual.PositiveSpans);
        Assert.Equal(expected.NegativeSpans, actual.NegativeSpans);
        SameBits(expected.PositiveBuckets, actual.PositiveBuckets);
        SameBits(expected.NegativeBuckets, actual.NegativeBuckets);
        SameBits(expected.CustomBounds, actual.CustomBounds);
    }

    private static void SameBits(double[] expected, double[] actual) =>
        Assert.Equal(expected.Select(BitConverter.DoubleToUInt64Bits), actual.Select(BitConverter.DoubleToUInt64Bits));
}
