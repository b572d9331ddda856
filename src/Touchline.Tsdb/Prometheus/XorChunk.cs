using System.Buffers.Binary;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>A chunk of floats. Format: docs/formats/prometheus.md, "XOR chunks".</summary>
internal static class XorChunk
{
    /// <summary>As many as Prometheus puts into one.</summary>
    public const int MaxSamples = 120;

    /// <summary>Appends the samples between the times, both inclusive.</summary>
    /// <exception cref="CorruptDataException">The chunk is shorter than its samples.</exception>
    public static void Read(ReadOnlySpan<byte> chunk, long minTime, long maxTime, SampleColumns into)
    {
        if (chunk.Length < 2)
        {
            throw new CorruptDataException("a chunk is shorter than its header");
        }
        var count = BinaryPrimitives.ReadUInt16BigEndian(chunk);
        ReadSamples(chunk[2..], count, minTime, maxTime, into);
    }

    /// <summary>Reads what an <see cref="XorAppender"/> wrote.</summary>
    public static void ReadSamples(ReadOnlySpan<byte> samples, int count, long minTime, long maxTime, SampleColumns into)
    {
        var reader = new BitReader(samples);
        var value = default(XorValue);
        var (time, delta) = (0L, 0L);
        for (var i = 0; i < count; i++)
        {
            if (i == 0)
            {
                time = reader.ReadVarint();
                value = new XorValue(reader.ReadBits(64));
            }
            else
            {
                delta = i == 1 ? (long)reader.ReadUvarint() : delta + VarBits.ReadTime(ref reader);
                time += delta;
                value.Read(ref reader);
            }
            if (time >= minTime && time <= maxTime)
            {
                into.Add(time, value.Value);
            }
        }
    }

    public static void Write(ReadOnlySpan<long> times, ReadOnlySpan<double> values, BitWriter to)
    {
        to.Clear();
        to.WriteBits((ulong)times.Length, 16);
        var appender = new XorAppender();
        for (var i = 0; i < times.Length; i++)
        {
            appender.Append(to, times[i], values[i]);
        }
    }
}
