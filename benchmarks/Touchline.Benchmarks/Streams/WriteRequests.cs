using System.Buffers.Binary;
using Snappier;

namespace Touchline.Benchmarks.Streams;

/// <summary>A stream as bodies of remote write 1.0: protobuf under snappy, in the order of time, 2,000 samples a body as Prometheus sends.</summary>
internal sealed class WriteRequests(WriteStream stream)
{
    public const int SamplesPerBody = 2000;

    private byte[] _plain = new byte[1 << 20];
    private byte[] _packed = [];
    private int _length;

    /// <summary>How many samples the bodies given until now hold.</summary>
    public long Samples { get; private set; }

    /// <summary>Each body is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bodies()
    {
        var values = new double[stream.Series];
        for (var step = 0; step < stream.Steps; step++)
        {
            stream.NextValues(step, values);
            var inBody = 0;
            for (var series = 0; series < values.Length; series++)
            {
                if (BitConverter.DoubleToInt64Bits(values[series]) == WriteStream.AbsentBits)
                {
                    continue;
                }
                Add(stream.EncodedLabels(series), stream.Time(stream.TargetOf(series), step), values[series]);
                if (++inBody == SamplesPerBody)
                {
                    yield return Pack();
                    inBody = 0;
                }
            }
            if (inBody > 0)
            {
                yield return Pack();
            }
        }
    }

    /// <summary>Field 1 of WriteRequest: a TimeSeries of the labels and one Sample (field 2), of value (1, double) and timestamp (2, varint).</summary>
    private void Add(ReadOnlySpan<byte> labels, long time, double value)
    {
        if (_plain.Length - _length < labels.Length + 64)
        {
            Array.Resize(ref _plain, _plain.Length * 2);
        }
        Span<byte> sample = stackalloc byte[24];
        sample[0] = 0x09;
        BinaryPrimitives.WriteDoubleLittleEndian(sample[1..], value);
        sample[9] = 0x10;
        var sampleLength = 10 + Varint(sample[10..], (ulong)time);
        _plain[_length++] = 0x0a;
        _length += Varint(_plain.AsSpan(_length), (ulong)(labels.Length + 2 + sampleLength));
        labels.CopyTo(_plain.AsSpan(_length));
        _length += labels.Length;
        _plain[_length++] = 0x12;
        _plain[_length++] = (byte)sampleLength;
        sample[..sampleLength].CopyTo(_plain.AsSpan(_length));
        _length += sampleLength;
        Samples++;
    }

    private ReadOnlyMemory<byte> Pack()
    {
        var most = Snappy.GetMaxCompressedLength(_length);
        if (_packed.Length < most)
        {
            _packed = new byte[most];
        }
        var length = Snappy.Compress(_plain.AsSpan(0, _length), _packed);
        _length = 0;
        return _packed.AsMemory(0, length);
    }

    private static int Varint(Span<byte> to, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[length++] = (byte)(value | 0x80);
        }
        to[length++] = (byte)value;
        return length;
    }
}
