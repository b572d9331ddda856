using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// Writes a block as Prometheus has them. It gets its name once every file is on disk: until then it is called <c>.tmp-for-creation</c>, which
/// Prometheus removes when it starts.
/// </summary>
internal sealed class PrometheusBlockWriter : IDisposable
{
    private const long MaxSegmentBytes = 512L * 1024 * 1024;
    private const string TemporaryExtension = ".tmp-for-creation";

    private readonly string _final;
    private readonly string _temporary;
    private readonly string _ulid;
    private readonly long _maxSegmentBytes;
    private readonly PrometheusIndexWriter _index = new();
    private readonly List<ChunkRun> _runs = [];
    private readonly List<PrometheusChunkMeta> _metas = [];
    private readonly BitWriter _chunk = new(4096);
    private readonly ByteBuffer _framed = new(4096);
    private FileStream? _segment;
    private int _segmentNumber;
    private long _segmentLength;
    private long _floats;
    private long _histograms;
    private long _chunks;
    private bool _finished;

    public PrometheusBlockWriter(string directory, string ulid, long maxSegmentBytes = MaxSegmentBytes)
    {
        _ulid = ulid;
        _maxSegmentBytes = maxSegmentBytes;
        _final = Path.Combine(directory, ulid);
        _temporary = _final + TemporaryExtension;
        Directory.CreateDirectory(Path.Combine(_temporary, PrometheusFiles.Chunks));
    }

    public long Samples => _floats + _histograms;

    public int SeriesCount => _index.SeriesCount;

    public long LastTimeMs { get; private set; } = long.MinValue;

    /// <summary>Adds a series with its samples, ascending in time.</summary>
    public void Add(Labels labels, SampleColumns rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        _runs.Clear();
        _metas.Clear();
        ChunkCutter.Cut(rows, _runs);
        foreach (var run in _runs)
        {
            run.Write(rows, _chunk);
            _metas.Add(new PrometheusChunkMeta(
                rows.Timestamps[run.Start], rows.Timestamps[run.Start + run.Count - 1], WriteChunk(run.Encoding, _chunk.Written)));
            if (run.Layout is null)
            {
                _floats += run.Count;
            }
            else
            {
                _histograms += run.Count;
            }
        }
        _chunks += _metas.Count;
        LastTimeMs = Math.Max(LastTimeMs, rows.Timestamps[^1]);
        _index.Add(labels, CollectionsMarshal.AsSpan(_metas));
    }

    /// <summary>Makes the block durable under its name, and answers its directory.</summary>
    public string Finish(long minTimeMs, long maxTimeMs)
    {
        CloseSegment();
        DurableFiles.SyncDirectory(Path.Combine(_temporary, PrometheusFiles.Chunks));
        WriteFile(PrometheusFiles.Index, _index.WriteTo);
        WriteFile(PrometheusFiles.Tombstones, file => file.Write(NoTombstones()));
        var meta = new PrometheusMeta
        {
            Ulid = _ulid,
            MinTime = minTimeMs,
            MaxTime = maxTimeMs,
            Stats = new PrometheusMeta.BlockStats
            {
                NumSamples = Samples,
                NumFloatSamples = _floats,
                NumHistogramSamples = _histograms,
                NumSeries = _index.SeriesCount,
                NumChunks = _chunks,
            },
            Compaction = new PrometheusMeta.CompactionSteps { Level = 1, Sources = [_ulid] },
        };
        WriteFile(PrometheusFiles.Meta, file => file.Write(meta.ToJson()));
        DurableFiles.SyncDirectory(_temporary);
        DurableFiles.Rename(_temporary, _final);
        _finished = true;
        return _final;
    }

    /// <summary>Removes what was written where the block was not finished.</summary>
    public void Dispose()
    {
        try
        {
            _segment?.Dispose(); // Which writes what is buffered, and finds the disk full again.
        }
        finally
        {
            if (!_finished && Directory.Exists(_temporary))
            {
                Directory.Delete(_temporary, recursive: true);
            }
        }
    }

    /// <summary>Appends a chunk, and answers the reference that the index names it by.</summary>
    private ulong WriteChunk(PrometheusEncoding encoding, ReadOnlySpan<byte> data)
    {
        _framed.Clear();
        _framed.WriteUvarint((ulong)data.Length);
        var start = _framed.Length;
        _framed.WriteByte((byte)encoding);
        _framed.WriteBytes(data);
        _framed.WriteBigUInt32(Crc32C.Of(_framed.Written[start..]));
        if (_segment is null || _segmentLength + _framed.Length > _maxSegmentBytes)
        {
            BeginSegment();
        }
        var reference = ((ulong)(_segmentNumber - 1) << 32) | (ulong)_segmentLength;
        _segment!.Write(_framed.Written);
        _segmentLength += _framed.Length;
        return reference;
    }

    private void BeginSegment()
    {
        CloseSegment();
        _segmentNumber++;
        var path = Path.Combine(_temporary, PrometheusFiles.Chunks, PrometheusFiles.SegmentName(_segmentNumber));
        _segment = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 256 * 1024);
        var header = new ByteBuffer(PrometheusFiles.ChunksHeaderLength);
        header.WriteBigUInt32(PrometheusFiles.ChunksMagic);
        header.WriteByte(PrometheusFiles.ChunksVersion);
        header.Reserve(3);
        _segment.Write(header.Written);
        _segmentLength = header.Length;
    }

    private void CloseSegment()
    {
        _segment?.Flush(flushToDisk: true);
        _segment?.Dispose();
        _segment = null;
    }

    private void WriteFile(string name, Action<Stream> write)
    {
        using var file = new FileStream(Path.Combine(_temporary, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
        write(file);
        file.Flush(flushToDisk: true);
    }

    private static ReadOnlySpan<byte> NoTombstones()
    {
        var file = new ByteBuffer(16);
        file.WriteBigUInt32(PrometheusFiles.TombstonesMagic);
        file.WriteByte(PrometheusFiles.TombstonesVersion);
        file.WriteBigUInt32(Crc32C.Of([]));
        return file.Written;
    }
}
