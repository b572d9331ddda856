namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// Writes samples as XOR chunks have them, one after the other. Times need not ascend for it, though they must in a chunk of Prometheus's:
/// a difference that does not fit wraps around, and back when it is read.
/// </summary>
internal struct XorAppender
{
    private long _time;
    private long _delta;
    private XorValue _value;

    public int Count { get; private set; }

    public void Append(BitWriter to, long time, double value)
    {
        if (Count == 0)
        {
            to.WriteVarint(time);
            to.WriteBits(BitConverter.DoubleToUInt64Bits(value), 64);
            _value = new XorValue(BitConverter.DoubleToUInt64Bits(value));
        }
        else
        {
            var delta = time - _time;
            if (Count == 1)
            {
                to.WriteUvarint((ulong)delta);
            }
            else
            {
                VarBits.WriteTime(to, delta - _delta);
            }
            _delta = delta;
            _value.Write(to, value);
        }
        _time = time;
        Count++;
    }
}
