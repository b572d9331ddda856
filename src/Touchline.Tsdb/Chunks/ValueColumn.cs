using System.Buffers;
using System.Runtime.InteropServices;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// The values of a sealed chunk: constant, decimal integers with the best of three predictors, ordered bits, or raw, whichever
/// is smallest. Bit-exact for every double. Format: docs/formats/chunk.md, "Values".
/// </summary>
internal static class ValueColumn
{
    private const byte Constant = 0;
    private const byte Raw = 1;
    private const byte DecimalIntegers = 2;
    private const byte OrderedBits = 3;

    public static void Write(ReadOnlySpan<double> values, ByteBuffer to)
    {
        if (IsConstant(values))
        {
            to.WriteByte(Constant);
            to.WriteDouble(values[0]);
            return;
        }
        var start = to.Length;
        var rawLength = 8 * values.Length;
        var exceptions = DecimalColumn.TryWrite(values, to, DecimalIntegers);
        if (exceptions == 0)
        {
            return;
        }
        var ordered = new ByteBuffer(rawLength / 2);
        ordered.WriteByte(OrderedBits);
        WriteOrdered(values, ordered);
        if (exceptions > 0 && to.Length - start <= ordered.Length)
        {
            return;
        }
        to.Truncate(start);
        if (ordered.Length <= rawLength)
        {
            to.WriteBytes(ordered.Written);
            return;
        }
        to.WriteByte(Raw);
        foreach (var value in values)
        {
            to.WriteDouble(value);
        }
    }

    public static void Read(ref ByteReader from, Span<double> values)
    {
        var encoding = from.ReadByte();
        switch (encoding)
        {
            case Constant:
                values.Fill(from.ReadDouble());
                break;
            case Raw:
                foreach (ref var value in values)
                {
                    value = from.ReadDouble();
                }
                break;
            case DecimalIntegers:
                DecimalColumn.Read(ref from, values);
                break;
            case OrderedBits:
                ReadOrdered(ref from, values);
                break;
            default:
                throw new CorruptDataException($"value encoding {encoding} is unknown");
        }
    }

    private static bool IsConstant(ReadOnlySpan<double> values) =>
        !MemoryMarshal.Cast<double, ulong>(values).ContainsAnyExcept(BitConverter.DoubleToUInt64Bits(values[0]));

    private static void WriteOrdered(ReadOnlySpan<double> values, ByteBuffer to)
    {
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        var deltas = rented.AsSpan(0, values.Length - 1);
        for (var i = 0; i < deltas.Length; i++)
        {
            deltas[i] = ToOrdered(values[i + 1]) - ToOrdered(values[i]);
        }
        to.WriteDouble(values[0]);
        PatchedIntegers.Write(deltas, to);
        ArrayPool<long>.Shared.Return(rented);
    }

    private static void ReadOrdered(ref ByteReader from, Span<double> values)
    {
        values[0] = from.ReadDouble();
        var last = ToOrdered(values[0]);
        var rest = MemoryMarshal.Cast<double, long>(values[1..]);
        PatchedIntegers.Read(ref from, rest);
        for (var i = 0; i < rest.Length; i++)
        {
            last += rest[i];
            rest[i] = last ^ ((last >> 63) & long.MaxValue);
        }
    }

    // Doubles that are near each other are near each other as integers, also across zero. The map is its own inverse.
    private static long ToOrdered(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }
}
