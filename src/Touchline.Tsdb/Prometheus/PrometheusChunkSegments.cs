using System.Buffers.Binary;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>The chunk files of a Prometheus block, mapped when they are first needed.</summary>
internal sealed class PrometheusChunkSegments(string directory) : IDisposable
{
    // Prometheus cuts chunks at about a kilobyte, or at ten histograms. A limit keeps what a chunk unpacks to within bounds.
    private const int MaxChunkLength = 4 * 1024 * 1024;

    private readonly Dictionary<int, MappedFile> _open = [];

    public string PathOf(PrometheusChunkMeta chunk) => Path.Combine(directory, PrometheusFiles.SegmentName(chunk.Segment + 1));

    /// <summary>Appends the samples of a chunk between the times, both inclusive.</summary>
    /// <exception cref="CorruptDataException">The chunk or its file is damaged; nothing was appended.</exception>
    public void Read(PrometheusChunkMeta chunk, long minTime, long maxTime, SampleColumns into)
    {
        var file = Open(chunk);
        if (chunk.Offset < PrometheusFiles.ChunksHeaderLength || chunk.Offset >= file.Length)
        {
            throw new CorruptDataException("the chunk lies outside of the file");
        }
        var reader = new GoReader(file.Slice(chunk.Offset, (int)Math.Min(file.Length - chunk.Offset, MaxChunkLength)));
        var length = reader.ReadCount();
        var start = reader.Position;
        reader.Take(1 + length);
        if (reader.ReadUInt32() != Crc32C.Of(file.Slice(chunk.Offset + start, 1 + length)))
        {
            throw new CorruptDataException("the checksum of the chunk is wrong");
        }
        var encoding = file.Slice(chunk.Offset + start, 1)[0];
        var before = into.Count;
        try
        {
            Decode((PrometheusEncoding)encoding, file.Slice(chunk.Offset + start + 1, length), minTime, maxTime, into);
        }
        catch (CorruptDataException)
        {
            into.Truncate(before);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var file in _open.Values)
        {
            file.Dispose();
        }
        _open.Clear();
    }

    private static void Decode(PrometheusEncoding encoding, ReadOnlySpan<byte> data, long minTime, long maxTime, SampleColumns into)
    {
        switch (encoding)
        {
            case PrometheusEncoding.Xor:
                XorChunk.Read(data, minTime, maxTime, into);
                break;
            case PrometheusEncoding.Histogram:
                HistogramChunk.Read(data, isFloat: false, minTime, maxTime, into);
                break;
            case PrometheusEncoding.FloatHistogram:
                HistogramChunk.Read(data, isFloat: true, minTime, maxTime, into);
                break;
            default:
                throw new CorruptDataException($"the chunk encoding {(byte)encoding} is unknown to this program");
        }
    }

    private MappedFile Open(PrometheusChunkMeta chunk)
    {
        if (_open.TryGetValue(chunk.Segment, out var open))
        {
            return open;
        }
        var path = PathOf(chunk);
        var existing = new FileInfo(path);
        if (!existing.Exists)
        {
            throw new CorruptDataException("the file is missing");
        }
        if (existing.Length < PrometheusFiles.ChunksHeaderLength)
        {
            throw new CorruptDataException("the file is shorter than its header");
        }
        var file = new MappedFile(path);
        var header = file.Slice(0, PrometheusFiles.ChunksHeaderLength);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != PrometheusFiles.ChunksMagic || header[4] != PrometheusFiles.ChunksVersion)
        {
            file.Dispose();
            throw new CorruptDataException("the file does not begin as a chunk file of version 1 does");
        }
        _open.Add(chunk.Segment, file);
        return file;
    }
}
