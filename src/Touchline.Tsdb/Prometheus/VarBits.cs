using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// Numbers in one of several widths, which a prefix of ones and a zero names: those of histogram chunks, and those of the times of
/// XOR chunks. A width n holds -(2^(n-1) - 1) to 2^(n-1), unlike two's complement.
/// </summary>
internal static class VarBits
{
    private static ReadOnlySpan<byte> HistogramWidths => [3, 6, 9, 12, 18, 25, 56, 64];

    private static ReadOnlySpan<byte> TimeWidths => [14, 17, 20, 64];

    public static long ReadInt(ref BitReader from) => ReadSigned(ref from, HistogramWidths);

    public static ulong ReadUint(ref BitReader from) => ReadWidth(ref from, HistogramWidths) is var width and > 0 ? from.ReadBits(width) : 0;

    public static long ReadTime(ref BitReader from) => ReadSigned(ref from, TimeWidths);

    public static void WriteInt(BitWriter to, long value) => WriteSigned(to, value, HistogramWidths);

    public static void WriteTime(BitWriter to, long value) => WriteSigned(to, value, TimeWidths);

    public static void WriteUint(BitWriter to, ulong value)
    {
        if (value == 0)
        {
            to.WriteBit(false);
            return;
        }
        var index = 0;
        while (HistogramWidths[index] < 64 && value >> HistogramWidths[index] != 0)
        {
            index++;
        }
        WritePrefix(to, index, HistogramWidths);
        to.WriteBits(value, HistogramWidths[index]);
    }

    private static long ReadSigned(ref BitReader from, ReadOnlySpan<byte> widths)
    {
        var width = ReadWidth(ref from, widths);
        if (width == 0)
        {
            return 0;
        }
        var bits = from.ReadBits(width);
        return width < 64 && bits > 1UL << (width - 1) ? (long)bits - (1L << width) : (long)bits;
    }

    private static void WriteSigned(BitWriter to, long value, ReadOnlySpan<byte> widths)
    {
        if (value == 0)
        {
            to.WriteBit(false);
            return;
        }
        var index = 0;
        while (widths[index] < 64 && !Holds(widths[index], value))
        {
            index++;
        }
        WritePrefix(to, index, widths);
        to.WriteBits((ulong)value, widths[index]);
    }

    private static bool Holds(int width, long value) => value >= -((1L << (width - 1)) - 1) && value <= 1L << (width - 1);

    /// <summary>0 for the single bit that means zero.</summary>
    private static int ReadWidth(ref BitReader from, ReadOnlySpan<byte> widths)
    {
        var ones = 0;
        while (ones < widths.Length && from.ReadBit())
        {
            ones++;
        }
        return ones == 0 ? 0 : widths[ones - 1];
    }

    private static void WritePrefix(BitWriter to, int index, ReadOnlySpan<byte> widths)
    {
        // As many ones as the width's place; the zero behind them is left out behind the last.
        to.WriteBits((1UL << (index + 1)) - 1, index + 1);
        if (index + 1 < widths.Length)
        {
            to.WriteBit(false);
        }
    }
}
