using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>
/// Out-of-order samples of one series that were put in order of time and encoded: chunks that ascend and do not overlap. Immutable. The
/// level says how often runs were merged into it.
/// </summary>
internal sealed class OutOfOrderRun
{
    private const int MaxChunkSamples = 512;

    /// <summary>What the objects of a chunk cost beside its bytes.</summary>
    private const int ChunkOverhead = 80;

    private readonly Chunk[] _chunks;

    private OutOfOrderRun(Chunk[] chunks, int level)
    {
        _chunks = chunks;
        Level = level;
        foreach (var chunk in chunks)
        {
            Bytes += chunk.Encoded.Length + ChunkOverhead;
        }
    }

    public int Level { get; }

    public long Bytes { get; }

    /// <summary>Encodes rows that ascend in time.</summary>
    public static OutOfOrderRun Of(SampleColumns rows, int level)
    {
        var chunks = new List<Chunk>();
        for (var start = 0; start < rows.Count;)
        {
            var end = EndOfChunk(rows, start);
            chunks.Add(Encode(rows, start, end));
            start = end;
        }
        return new OutOfOrderRun([.. chunks], level);
    }

    /// <summary>Appends the samples between the times, both inclusive.</summary>
    public void Read(long minTime, long maxTime, SampleColumns into)
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.MinTime <= maxTime && chunk.MaxTime >= minTime)
            {
                HeadCodec.Decode(chunk.Encoded, chunk.Count, chunk.Kind, minTime, maxTime, into);
            }
        }
    }

    private static int EndOfChunk(SampleColumns rows, int start)
    {
        var end = Math.Min(rows.Count, start + MaxChunkSamples);
        if (rows.HasHistograms)
        {
            var isHistogram = rows.Histograms[start] is not null;
            for (var row = start + 1; row < end; row++)
            {
                if (rows.Histograms[row] is not null != isHistogram)
                {
                    return row;
                }
            }
        }
        return end;
    }

    private static Chunk Encode(SampleColumns rows, int start, int end)
    {
        var bytes = new ByteBuffer((end - start) * 4);
        var payload = new ByteBuffer();
        var state = default(HeadCodecState);
        var histograms = rows.HasHistograms && rows.Histograms[start] is not null;
        for (var row = start; row < end; row++)
        {
            var before = bytes.Length;
            int length;
            if (histograms)
            {
                payload.Clear();
                HistogramCodec.Encode(rows.Histograms[row]!, payload);
                var room = bytes.Reserve(HeadCodec.MaxSampleLength + payload.Length);
                length = HeadCodec.EncodeHistogram(ref state, room, rows.Timestamps[row], payload.Written);
            }
            else
            {
                length = HeadCodec.Encode(ref state, bytes.Reserve(HeadCodec.MaxSampleLength), rows.Timestamps[row], rows.Values[row]);
            }
            bytes.Truncate(before + length);
        }
        var kind = histograms ? ChunkKind.Histogram : ChunkKind.Float;
        return new Chunk(kind, rows.Timestamps[start], rows.Timestamps[end - 1], end - start, bytes.Written.ToArray());
    }

    private sealed record Chunk(ChunkKind Kind, long MinTime, long MaxTime, int Count, byte[] Encoded);
}
