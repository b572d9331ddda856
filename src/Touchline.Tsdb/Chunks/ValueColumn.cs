using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// The values of a sealed chunk in the encoding that is smallest for them. Bit-exact for every double. Format: docs/formats/chunk.md, "Values".
/// </summary>
internal static class ValueColumn
{
    private const byte Constant = 0;
    private const byte Raw = 1;
    private const byte Scaled = 2;
    private const byte OrderedBits = 3;
    private const byte SplitBits = 4;
    private const byte Dictionary = 5;
    private const int EncodingMask = 15;
    private const int LengthShift = 4;

    public static void Write(ReadOnlySpan<double> values, ByteBuffer to)
    {
        if (IsConstant(values))
        {
            WriteConstant(values[0], to);
            return;
        }
        var start = to.Length;
        to.WriteByte(Scaled);
        var exceptions = ScaledColumn.TryWrite(values, to);
        if (exceptions == 0)
        {
            return;
        }
        var best = new ByteBuffer(8 * values.Length);
        best.WriteByte(Raw);
        foreach (var value in values)
        {
            best.WriteDouble(value);
        }
        if (exceptions > 0)
        {
            Keep(ref best, to.Written[start..]);
        }
        to.Truncate(start);
        var other = new ByteBuffer(best.Length);
        if (DictionaryColumn.TryWrite(values, Begin(other, Dictionary)))
        {
            Keep(ref best, other.Written);
        }
        WriteOrdered(values, Begin(other, OrderedBits));
        Keep(ref best, other.Written);
        SplitColumn.Write(values, Begin(other, SplitBits));
        Keep(ref best, other.Written);
        to.WriteBytes(best.Written);
    }

    /// <summary>What an encoding byte is called, for people who look into a data directory.</summary>
    public static string NameOf(byte encoding) => (encoding & EncodingMask) switch
    {
        Constant => "constant",
        Raw => "raw",
        Scaled => "decimal",
        OrderedBits => "ordered bits",
        SplitBits => "split bits",
        Dictionary => "dictionary",
        _ => "unknown",
    };

    public static void Read(ref ByteReader from, Span<double> values, SimdPath path)
    {
        var encoding = from.ReadByte();
        switch (encoding)
        {
            case var _ when (encoding & EncodingMask) == Constant:
                values.Fill(ReadConstant(ref from, encoding >> LengthShift));
                break;
            case Raw:
                MemoryMarshal.Cast<byte, double>(from.ReadBytes(8 * values.Length)).CopyTo(values);
                break;
            case Scaled:
                ScaledColumn.Read(ref from, values, path);
                break;
            case OrderedBits:
                ReadOrdered(ref from, values, path);
                break;
            case SplitBits:
                SplitColumn.Read(ref from, values, path);
                break;
            case Dictionary:
                DictionaryColumn.Read(ref from, values, path);
                break;
            default:
                throw new CorruptDataException($"value encoding {encoding} is unknown");
        }
    }

    /// <summary>Whether staleness markers are among the values.</summary>
    public static bool HasStale(ReadOnlySpan<double> values) => StaleMarker.IsIn(values);

    private static ByteBuffer Begin(ByteBuffer buffer, byte encoding)
    {
        buffer.Clear();
        buffer.WriteByte(encoding);
        return buffer;
    }

    private static void Keep(ref ByteBuffer best, ReadOnlySpan<byte> other)
    {
        if (other.Length < best.Length)
        {
            best.Clear();
            best.WriteBytes(other);
        }
    }

    private static bool IsConstant(ReadOnlySpan<double> values) =>
        !MemoryMarshal.Cast<double, ulong>(values).ContainsAnyExcept(BitConverter.DoubleToUInt64Bits(values[0]));

    /// <summary>A double without the zero bytes at its low end; the upper half of the encoding's byte says how many are left.</summary>
    private static void WriteConstant(double value, ByteBuffer to)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var length = bits == 0 ? 0 : 8 - (BitOperations.TrailingZeroCount(bits) / 8);
        to.WriteByte((byte)(Constant | (length << LengthShift)));
        for (; length > 0; length--, bits <<= 8)
        {
            to.WriteByte((byte)(bits >> 56));
        }
    }

    private static double ReadConstant(ref ByteReader from, int length)
    {
        ulong bits = 0;
        if (length > 8)
        {
            throw new CorruptDataException("a constant is longer than a double");
        }
        for (var i = 0; i < length; i++)
        {
            bits |= (ulong)from.ReadByte() << (56 - (8 * i));
        }
        return BitConverter.UInt64BitsToDouble(bits);
    }

    private static void WriteOrdered(ReadOnlySpan<double> values, ByteBuffer to)
    {
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        var ordered = rented.AsSpan(0, values.Length);
        for (var i = 0; i < ordered.Length; i++)
        {
            ordered[i] = Ordered(BitConverter.DoubleToInt64Bits(values[i]));
        }
        IntegerColumn.Write(ordered, to);
        ArrayPool<long>.Shared.Return(rented);
    }

    private static void ReadOrdered(ref ByteReader from, Span<double> values, SimdPath path)
    {
        var bits = MemoryMarshal.Cast<double, long>(values);
        IntegerColumn.Read(ref from, bits, path);
        foreach (ref var one in bits)
        {
            one = Ordered(one);
        }
    }

    // Doubles that are near each other are near each other as integers, also across zero. The map is its own inverse.
    private static long Ordered(long bits) => bits ^ ((bits >> 63) & long.MaxValue);
}
