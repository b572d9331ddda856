using System.Buffers;
using System.Runtime.InteropServices;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Values as integers of one scale. Values that are none (staleness markers above all) are exceptions kept raw. Format: docs/formats/chunk.md,
/// "Scaled integers".
/// </summary>
internal static class ScaledColumn
{
    /// <summary>
    /// Writes the column and answers the number of exceptions, or writes nothing and answers -1 where more than an eighth of the values would be
    /// exceptions.
    /// </summary>
    public static int TryWrite(ReadOnlySpan<double> values, ByteBuffer to)
    {
        var exponent = ChooseExponent(values);
        NumberScale? scale = exponent >= 0 ? new NumberScale(NumberScale.Way.Divide, exponent, false) : NumberScale.Guess(values);
        if (scale is not { } chosen)
        {
            return -1;
        }
        var rented = ArrayPool<long>.Shared.Rent(2 * values.Length);
        try
        {
            var mantissas = rented.AsSpan(0, values.Length);
            var corrections = rented.AsSpan(values.Length, values.Length);
            var exceptions = Scale(values, chosen, mantissas, corrections);
            if (exceptions > values.Length / 8)
            {
                return -1;
            }
            chosen.Write(to);
            IntegerColumn.Write(mantissas, to);
            if (chosen.Corrected)
            {
                PackedIntegers.Write(corrections, to);
            }
            WriteExceptions(values, chosen, exceptions, to);
            return exceptions;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    public static void Read(ref ByteReader from, Span<double> values, SimdPath path)
    {
        var scale = NumberScale.Read(ref from);
        // The integers are decoded in the place of the doubles that they become.
        IntegerColumn.Read(ref from, MemoryMarshal.Cast<double, long>(values), path);
        if (scale.How == NumberScale.Way.Divide)
        {
            ScalingKernels.Divide(values, scale.Factor, path);
        }
        else
        {
            ScalingKernels.Multiply(values, scale.Factor, path);
        }
        if (scale.Corrected)
        {
            Correct(ref from, values, path);
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

    private static void Correct(ref ByteReader from, Span<double> values, SimdPath path)
    {
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        try
        {
            var corrections = rented.AsSpan(0, values.Length);
            PackedIntegers.Read(ref from, corrections, path);
            var bits = MemoryMarshal.Cast<double, long>(values);
            for (var i = 0; i < bits.Length; i++)
            {
                bits[i] += corrections[i];
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
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
    private static int Scale(ReadOnlySpan<double> values, NumberScale scale, Span<long> mantissas, Span<long> corrections)
    {
        var factor = scale.Factor;
        var exceptions = 0;
        var firstAt = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (scale.TryScale(values[i], factor, out mantissas[i], out corrections[i]))
            {
                firstAt = firstAt < 0 ? i : firstAt;
                continue;
            }
            exceptions++;
            mantissas[i] = i > 0 ? mantissas[i - 1] : 0;
            corrections[i] = 0;
        }
        if (firstAt > 0)
        {
            mantissas[..firstAt].Fill(mantissas[firstAt]);
        }
        return exceptions;
    }

    private static void WriteExceptions(ReadOnlySpan<double> values, NumberScale scale, int exceptions, ByteBuffer to)
    {
        to.WriteVarint((ulong)exceptions);
        var factor = scale.Factor;
        var next = 0;
        for (var i = 0; exceptions > 0 && i < values.Length; i++)
        {
            if (!scale.TryScale(values[i], factor, out _, out _))
            {
                to.WriteVarint((ulong)(i - next));
                to.WriteDouble(values[i]);
                next = i + 1;
            }
        }
    }
}
