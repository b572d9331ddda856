using System.Buffers.Binary;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>A chunk of integer or float histograms. Format: docs/formats/prometheus.md, "Histogram chunks".</summary>
internal static class HistogramChunk
{
    /// <summary>As many as Prometheus puts into one at most.</summary>
    public const int MaxSamples = 120;

    private const int HeaderLength = 3;

    /// <summary>Appends the samples between the times, both inclusive.</summary>
    /// <exception cref="CorruptDataException">The chunk is shorter than its samples, or of a resolution that is unknown.</exception>
    public static void Read(ReadOnlySpan<byte> chunk, bool isFloat, long minTime, long maxTime, SampleColumns into)
    {
        if (chunk.Length < HeaderLength)
        {
            throw new CorruptDataException("a chunk is shorter than its header");
        }
        var count = BinaryPrimitives.ReadUInt16BigEndian(chunk);
        if (count == 0)
        {
            return;
        }
        var header = (CounterResetHeader)(chunk[2] & CounterResetHeaders.Mask);
        var reader = new BitReader(chunk[HeaderLength..]);
        var layout = BucketLayout.Read(ref reader);
        if (isFloat)
        {
            new FloatHistogramReader(layout, header).Read(ref reader, count, minTime, maxTime, into);
        }
        else
        {
            new IntegerHistogramReader(layout, header).Read(ref reader, count, minTime, maxTime, into);
        }
    }

    /// <summary>Writes histograms, each brought to the layout, which has all of their buckets.</summary>
    public static void Write(
        BucketLayout layout, CounterResetHeader header, bool isFloat, ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram?> histograms, BitWriter to)
    {
        to.Clear();
        to.WriteBits((ulong)times.Length, 16);
        to.WriteBits((byte)header, 8);
        layout.Write(to);
        if (isFloat)
        {
            new FloatHistogramWriter(layout).Write(times, histograms, to);
        }
        else
        {
            new IntegerHistogramWriter(layout).Write(times, histograms, to);
        }
    }
}
