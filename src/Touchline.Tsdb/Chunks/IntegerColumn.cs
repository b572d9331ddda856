using System.Buffers;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Integers as distances from the first, their common divisor taken out, predicted from none, one or two before, or from a straight line.
/// Format: docs/formats/chunk.md, "Integer column".
/// </summary>
internal static class IntegerColumn
{
    private const int Levels = 0;
    private const int Differences = 1;
    private const int SecondDifferences = 2;
    private const int Line = 3;

    /// <summary>Fixed-point digits of a line's slope; with columns of at most 65,535 the products stay within 64 bits for the slopes allowed.</summary>
    private const int SlopeBits = 12;

    private const long MaxSlope = 1L << 46;

    /// <summary>Writes at least one integer; the count is the caller's to remember. Wraps around as 64-bit arithmetic does, so any integers are right.</summary>
    public static void Write(ReadOnlySpan<long> values, ByteBuffer to)
    {
        var first = values[0];
        to.WriteZigZag(first);
        if (values.Length == 1)
        {
            return;
        }
        var count = values.Length - 1;
        var rented = ArrayPool<long>.Shared.Rent(4 * count);
        var levels = rented.AsSpan(0, count);
        var divisor = DivideOut(values, levels);
        var deltas = rented.AsSpan(count, count);
        var changes = rented.AsSpan(2 * count, count);
        var residuals = rented.AsSpan(3 * count, count);
        Differentiate(levels, deltas);
        Differentiate(deltas, changes);
        var slope = Slope(levels);
        var best = Levels;
        var length = PackedIntegers.EstimateLength(levels);
        Consider(deltas, Differences, 0, ref best, ref length);
        Consider(changes, SecondDifferences, 0, ref best, ref length);
        if (slope != 0)
        {
            Straighten(levels, slope, residuals);
            Consider(residuals, Line, PrefixVarint.LengthOf(PrefixVarint.ZigZag(slope)), ref best, ref length);
        }
        to.WriteVarint((divisor << 2) | (uint)best);
        if (best == Line)
        {
            to.WriteZigZag(slope);
        }
        PackedIntegers.Write(
            best switch { Levels => levels, Differences => deltas, SecondDifferences => changes, _ => residuals }, to);
        ArrayPool<long>.Shared.Return(rented);
    }

    public static void Read(ref ByteReader from, Span<long> values, SimdPath path)
    {
        var first = from.ReadZigZag();
        values[0] = first;
        if (values.Length == 1)
        {
            return;
        }
        var header = from.ReadVarint();
        var divisor = (long)(header >> 2);
        var predictor = (int)(header & 3);
        var slope = predictor == Line ? from.ReadZigZag() : 0;
        var rest = values[1..];
        PackedIntegers.Read(ref from, rest, path);
        switch (predictor)
        {
            case Differences:
                IntegerKernels.Sum(rest, path);
                break;
            case SecondDifferences:
                IntegerKernels.Sum(rest, path);
                IntegerKernels.Sum(rest, path);
                break;
            case Line:
                for (var i = 0; i < rest.Length; i++)
                {
                    rest[i] += OnLine(slope, i + 1);
                }
                break;
        }
        IntegerKernels.MultiplyAdd(rest, divisor, first, path);
    }

    private static void Consider(ReadOnlySpan<long> values, int predictor, int extra, ref int best, ref int length)
    {
        var estimated = PackedIntegers.EstimateLength(values) + extra;
        if (estimated < length)
        {
            (best, length) = (predictor, estimated);
        }
    }

    private static long OnLine(long slope, int i) => (slope * i) >> SlopeBits;

    /// <summary>The slope from the first to the last, which a least-squares fit beats by less than it costs; 0 where a line makes no sense.</summary>
    private static long Slope(ReadOnlySpan<long> levels)
    {
        var last = (double)levels[^1] / levels.Length * (1 << SlopeBits);
        return levels.Length >= 16 && Math.Abs(last) < MaxSlope ? (long)last : 0;
    }

    private static void Straighten(ReadOnlySpan<long> levels, long slope, Span<long> into)
    {
        for (var i = 0; i < levels.Length; i++)
        {
            into[i] = levels[i] - OnLine(slope, i + 1);
        }
    }

    /// <summary>Leaves (value - first) / divisor, and answers the divisor, at least 1.</summary>
    private static ulong DivideOut(ReadOnlySpan<long> values, Span<long> levels)
    {
        var first = values[0];
        ulong divisor = 0;
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = values[i + 1] - first;
            if (divisor != 1)
            {
                divisor = GreatestCommonDivisor(divisor, levels[i] < 0 ? (ulong)-levels[i] : (ulong)levels[i]);
            }
        }
        // Two bits of the header are the predictor's.
        divisor = divisor is 0 or >= 1UL << 61 ? 1 : divisor;
        for (var i = 0; divisor > 1 && i < levels.Length; i++)
        {
            levels[i] /= (long)divisor;
        }
        return divisor;
    }

    private static ulong GreatestCommonDivisor(ulong a, ulong b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }
        return a;
    }

    private static void Differentiate(ReadOnlySpan<long> of, Span<long> into)
    {
        long before = 0;
        for (var i = 0; i < of.Length; i++)
        {
            into[i] = of[i] - before;
            before = of[i];
        }
    }
}
