using System.Buffers;
using System.Runtime.InteropServices;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Values as decimal integers of one exponent, their common divisor taken out, predicted from none, one or two before. Values that
/// are no such integer (staleness markers above all) are exceptions kept raw. Format: docs/formats/chunk.md, "Decimal integers".
/// </summary>
internal static class DecimalColumn
{
    /// <summary>
    /// Writes the column, or writes nothing and answers -1 where more than an eighth of the values would be exceptions; otherwise
    /// answers the number of exceptions.
    /// </summary>
    public static int TryWrite(ReadOnlySpan<double> values, ByteBuffer to, byte encoding)
    {
        var rented = ArrayPool<long>.Shared.Rent(3 * values.Length);
        try
        {
            var exponent = ChooseExponent(values);
            var mantissas = rented.AsSpan(0, values.Length);
            var exceptions = exponent < 0 ? values.Length : Scale(values, exponent, mantissas);
            if (exceptions > values.Length / 8)
            {
                return -1;
            }
            var first = mantissas[0];
            var divisor = DivideOut(mantissas);
            var levels = mantissas[1..];
            var deltas = rented.AsSpan(values.Length, levels.Length);
            var changes = rented.AsSpan(2 * values.Length, levels.Length);
            Differences(levels, deltas);
            Differences(deltas, changes);
            var predictor = Cheapest(levels, deltas, changes);
            to.WriteByte(encoding);
            to.WriteByte((byte)exponent);
            to.WriteByte((byte)predictor);
            to.WriteZigZag(first);
            to.WriteVarint((ulong)divisor);
            PatchedIntegers.Write(predictor switch { 0 => levels, 1 => deltas, _ => changes }, to);
            WriteExceptions(values, exponent, exceptions, to);
            return exceptions;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    public static void Read(ref ByteReader from, Span<double> values)
    {
        var exponent = from.ReadByte();
        var predictor = from.ReadByte();
        var first = from.ReadZigZag();
        var divisor = (long)from.ReadVarint();
        if (exponent > DecimalScale.MaxExponent || predictor > 2)
        {
            throw new CorruptDataException($"decimal exponent {exponent} or predictor {predictor} is unknown");
        }
        // The integers are decoded in the place of the doubles that they become.
        var integers = MemoryMarshal.Cast<double, long>(values);
        integers[0] = 0;
        PatchedIntegers.Read(ref from, integers[1..]);
        for (var pass = 0; pass < predictor; pass++)
        {
            for (var i = 1; i < integers.Length; i++)
            {
                integers[i] += integers[i - 1];
            }
        }
        var power = DecimalScale.Power(exponent);
        for (var i = 0; i < integers.Length; i++)
        {
            values[i] = (first + (integers[i] * divisor)) / power;
        }
        var next = 0UL;
        for (var exceptions = from.ReadVarint(); exceptions > 0; exceptions--)
        {
            next += from.ReadVarint();
            if (next >= (ulong)values.Length)
            {
                throw new CorruptDataException("an exception lies outside of its column");
            }
            values[(int)next++] = from.ReadDouble();
        }
    }

    /// <summary>
    /// The smallest exponent that all values share but for a few: one long fraction must not widen a column of integers. -1 where
    /// no value is decimal.
    /// </summary>
    private static int ChooseExponent(ReadOnlySpan<double> values)
    {
        Span<int> counts = stackalloc int[DecimalScale.MaxExponent + 1];
        counts.Clear();
        var highest = -1;
        var misses = 0;
        foreach (var value in values)
        {
            // Smaller than the highest is looked for only where the highest fits, which is the common case and cheap.
            var exponent = highest > 0 && DecimalScale.TryScale(value, highest, out var mantissa) && mantissa % 10 != 0
                ? highest
                : DecimalScale.SmallestExponent(value, 0, out _);
            if (exponent < 0)
            {
                if (++misses > values.Length / 8)
                {
                    return -1;
                }
                continue;
            }
            counts[exponent]++;
            highest = Math.Max(highest, exponent);
        }
        for (var spared = values.Length / 64; highest > 0 && counts[highest] <= spared; highest--)
        {
            spared -= counts[highest];
        }
        return highest;
    }

    /// <summary>Fills the mantissas and answers the number of exceptions, each of which repeats its neighbour's mantissa.</summary>
    private static int Scale(ReadOnlySpan<double> values, int exponent, Span<long> mantissas)
    {
        var exceptions = 0;
        var firstAt = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (DecimalScale.TryScale(values[i], exponent, out mantissas[i]))
            {
                firstAt = firstAt < 0 ? i : firstAt;
                continue;
            }
            exceptions++;
            mantissas[i] = i > 0 ? mantissas[i - 1] : 0;
        }
        if (firstAt > 0)
        {
            mantissas[..firstAt].Fill(mantissas[firstAt]);
        }
        return exceptions;
    }

    /// <summary>Leaves (mantissa - first) / divisor, and answers the divisor.</summary>
    private static long DivideOut(Span<long> mantissas)
    {
        var first = mantissas[0];
        long divisor = 0;
        foreach (ref var mantissa in mantissas)
        {
            mantissa -= first;
            if (divisor != 1)
            {
                divisor = GreatestCommonDivisor(divisor, Math.Abs(mantissa));
            }
        }
        divisor = Math.Max(1, divisor);
        for (var i = 0; divisor > 1 && i < mantissas.Length; i++)
        {
            mantissas[i] /= divisor;
        }
        return divisor;
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }
        return a;
    }

    private static void Differences(ReadOnlySpan<long> of, Span<long> into)
    {
        long before = 0;
        for (var i = 0; i < of.Length; i++)
        {
            into[i] = of[i] - before;
            before = of[i];
        }
    }

    private static int Cheapest(ReadOnlySpan<long> levels, ReadOnlySpan<long> deltas, ReadOnlySpan<long> changes)
    {
        var level = PatchedIntegers.EstimateLength(levels);
        var delta = PatchedIntegers.EstimateLength(deltas);
        var change = PatchedIntegers.EstimateLength(changes);
        return level <= delta && level <= change ? 0 : delta <= change ? 1 : 2;
    }

    private static void WriteExceptions(ReadOnlySpan<double> values, int exponent, int exceptions, ByteBuffer to)
    {
        to.WriteVarint((ulong)exceptions);
        var next = 0;
        for (var i = 0; exceptions > 0 && i < values.Length; i++)
        {
            if (!DecimalScale.TryScale(values[i], exponent, out _))
            {
                to.WriteVarint((ulong)(i - next));
                to.WriteDouble(values[i]);
                next = i + 1;
            }
        }
    }
}
