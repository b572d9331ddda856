using CsCheck;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Tests.Chunks;

/// <summary>Columns that codecs get wrong: every kind of double, runs that switch between kinds, times with jitter and gaps.</summary>
internal static class AdversarialSamples
{
    private static readonly double[] Special =
    [
        0, -0.0, 1, -1, 0.1, double.NaN, StaleMarker.Value, BitConverter.UInt64BitsToDouble(StaleMarker.NormalNaNBits),
        BitConverter.UInt64BitsToDouble(0x7ff0_0000_0000_0001), BitConverter.UInt64BitsToDouble(0xffff_ffff_ffff_ffff),
        double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue,
        BitConverter.UInt64BitsToDouble(0x000f_ffff_ffff_ffff), 1L << 53, (1L << 53) + 2.0, -(1L << 53), 1e15, 1e16, 1e22, 1e23, 1e300,
        132.64000000000001, 0.30000000000000004, 123456789.12,
    ];

    private static readonly Gen<double> Any = Gen.Frequency(
        (3, Gen.ULong.Select(BitConverter.UInt64BitsToDouble)),
        (3, Gen.Int[0, Special.Length - 1].Select(i => Special[i])),
        (3, Gen.Int[-1000, 1000].Select(i => (double)i)),
        (2, Gen.Int[-100_000, 100_000].Select(i => i / 100.0)),
        (1, Gen.Long[-(1L << 53), 1L << 53].Select(l => (double)l)),
        (1, Gen.Double[0, 1]));

    private static readonly Gen<double[]> Constant = Any.SelectMany(value => Gen.Int[1, 600].Select(n => Enumerable.Repeat(value, n).ToArray()));

    private static readonly Gen<double[]> Counter =
        Gen.Select(Gen.Int[0, 15], Gen.Long[0, 1L << 40], Gen.Int[0, 50].Array[0, 600]).Select((exponent, start, steps) =>
        {
            var total = start;
            return steps.Select(step => (total += step * 7) / Math.Pow(10, exponent)).ToArray();
        });

    private static readonly Gen<double[]> TicksTimesThousandth =
        Gen.Int[0, 500].Array[1, 600].Select(steps =>
        {
            var ticks = 100_000;
            return steps.Select(step => (ticks += step) * 0.001).ToArray();
        });

    /// <summary>Runs of different kinds after each other.</summary>
    public static readonly Gen<double[]> Values =
        Gen.OneOf(Any.Array[0, 300], Constant, Counter, TicksTimesThousandth).Array[1, 3].Select(runs => runs.SelectMany(run => run).ToArray())
            .Where(values => values.Length is > 0 and <= 1024);

    public static readonly Gen<long[]> Steps = Gen.Frequency(
        (5, Gen.Long[14_990, 15_010]),
        (5, Gen.Const(15_000L)),
        (1, Gen.Long[1, 100_000_000])).Array[1024];

    public static readonly Gen<long> Start = Gen.Long[-(1L << 50), 1L << 52];

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static SampleColumns Columns(long start, long[] steps, double[] values)
    {
        var columns = new SampleColumns();
        for (var i = 0; i < values.Length; i++)
        {
            columns.Add(start, values[i]);
            start += steps[i];
        }
        return columns;
    }

    public static void AssertSame(SampleColumns expected, int from, int to, SampleColumns actual)
    {
        Assert.Equal(to - from, actual.Count);
        Assert.True(expected.Timestamps[from..to].SequenceEqual(actual.Timestamps));
        for (var row = 0; row < actual.Count; row++)
        {
            Assert.Equal(BitConverter.DoubleToUInt64Bits(expected.Values[from + row]), BitConverter.DoubleToUInt64Bits(actual.Values[row]));
        }
    }
}
