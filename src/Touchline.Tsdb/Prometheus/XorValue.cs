using System.Numerics;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// A double that is written as its difference to the one before: nothing, the bits in the window of the last difference, or a window
/// of its own and its bits. Source: Pelkonen et al., "Gorilla" (2015), with Prometheus's field widths.
/// </summary>
internal struct XorValue(ulong bits)
{
    private const int MaxLeading = 31; // Five bits say it.

    private byte _leading = byte.MaxValue;
    private byte _trailing;

    public ulong Bits { get; private set; } = bits;

    public readonly double Value => BitConverter.UInt64BitsToDouble(Bits);

    public void Read(ref BitReader from)
    {
        if (!from.ReadBit())
        {
            return;
        }
        if (from.ReadBit())
        {
            var leading = (int)from.ReadBits(5);
            var width = (int)from.ReadBits(6);
            width = width == 0 ? 64 : width;
            if (leading + width > 64)
            {
                throw new CorruptDataException($"a value of {width} bits behind {leading} zeros");
            }
            (_leading, _trailing) = ((byte)leading, (byte)(64 - leading - width));
        }
        else if (_leading == byte.MaxValue)
        {
            // What Prometheus's reader starts from: a window of all 64 bits.
            (_leading, _trailing) = (0, 0);
        }
        Bits ^= from.ReadBits(64 - _leading - _trailing) << _trailing;
    }

    public void Write(BitWriter to, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var difference = bits ^ Bits;
        Bits = bits;
        if (difference == 0)
        {
            to.WriteBit(false);
            return;
        }
        to.WriteBit(true);
        var leading = Math.Min(BitOperations.LeadingZeroCount(difference), MaxLeading);
        var trailing = BitOperations.TrailingZeroCount(difference);
        if (_leading != byte.MaxValue && leading >= _leading && trailing >= _trailing)
        {
            to.WriteBit(false);
        }
        else
        {
            (_leading, _trailing) = ((byte)leading, (byte)trailing);
            to.WriteBit(true);
            to.WriteBits((ulong)leading, 5);
            to.WriteBits((ulong)(64 - leading - trailing), 6); // 64 is written as 0: its lowest six bits.
        }
        to.WriteBits(difference >> _trailing, 64 - _leading - _trailing);
    }
}
