using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Collects the series of a block, in the order of their labels, and writes its index file, each section with its checksum in the
/// footer. Format: docs/formats/index.md.
/// </summary>
internal sealed class IndexWriter
{
    private readonly LabelTable _labels = new();
    private readonly GroupedSectionWriter _chunks = new();
    private readonly GroupedSectionWriter _times = new();
    private readonly List<TimeMeta> _columns = [];
    private uint _lastTimes;
    private long _chunksEnd = BlockFiles.HeaderLength;
    private long _timesEnd = BlockFiles.HeaderLength;
    private long _lastMinTime;

    private readonly SparseSectionWriter _exemplars = new();
    private readonly SparseSectionWriter _created = new();

    public int SeriesCount => (int)_chunks.Count;

    /// <summary>Adds a column of times and answers its number.</summary>
    public uint AddTimes(TimeMeta times)
    {
        if (_times.Begin(times.Offset))
        {
            (_timesEnd, _lastMinTime) = (times.Offset, 0);
        }
        var entries = _times.Entries;
        entries.WriteVarint((ulong)(times.Offset - _timesEnd));
        entries.WriteVarint((ulong)times.Length);
        entries.WriteZigZag(times.MinTime - _lastMinTime);
        entries.WriteVarint((ulong)(times.MaxTime - times.MinTime));
        entries.WriteVarint((ulong)times.Count);
        (_timesEnd, _lastMinTime) = (times.Offset + times.Length, times.MinTime);
        _columns.Add(times);
        return (uint)_columns.Count - 1;
    }

    public void Add(Labels labels, ReadOnlySpan<ChunkMeta> chunks, SeriesExtras? extras = null)
    {
        if (extras is { Exemplars.Count: > 0 })
        {
            _exemplars.Add(_chunks.Count, entry => SparseSection.WriteExemplars(extras.Exemplars, entry));
        }
        if (extras is { Created.Count: > 0 })
        {
            _created.Add(_chunks.Count, entry => SparseSection.WriteCreated(extras.Created, entry));
        }
        _labels.Add(labels);
        if (_chunks.Begin(chunks[0].Offset))
        {
            (_chunksEnd, _lastTimes) = (chunks[0].Offset, 0);
        }
        _chunks.Entries.WriteVarint((ulong)chunks.Length);
        foreach (var chunk in chunks)
        {
            WriteChunk(chunk);
        }
    }

    /// <summary>Writes the file and answers its length.</summary>
    public long WriteTo(Stream file)
    {
        var footer = new ByteBuffer();
        var section = new ByteBuffer(64 * 1024);
        section.WriteBytes(IndexFormat.Magic);
        section.WriteUInt32(IndexFormat.Version);
        file.Write(section.Written);
        long offset = section.Length;

        _labels.WriteTo((kind, written) => Write(kind, written));
        WriteGrouped(IndexSection.Chunks, _chunks);
        WriteGrouped(IndexSection.Times, _times);
        WriteSparse(IndexSection.Exemplars, _exemplars);
        WriteSparse(IndexSection.Created, _created);
        footer.WriteUInt32((uint)(footer.Length / IndexFormat.FooterEntryLength));
        footer.WriteUInt32(Crc32C.Of(footer.Written));
        file.Write(footer.Written);
        return offset + footer.Length;

        void WriteSparse(IndexSection kind, SparseSectionWriter sparse)
        {
            if (sparse.Section.Length > 0)
            {
                Write(kind, sparse.Section);
            }
        }

        void WriteGrouped(IndexSection kind, GroupedSectionWriter grouped)
        {
            section.Clear();
            grouped.WriteTo(section);
            Write(kind, section);
        }

        void Write(IndexSection kind, ByteBuffer written)
        {
            file.Write(written.Written);
            footer.WriteUInt32((uint)kind);
            footer.WriteUInt64((ulong)offset);
            footer.WriteUInt64((ulong)written.Length);
            footer.WriteUInt32(Crc32C.Of(written.Written));
            offset += written.Length;
        }
    }

    private void WriteChunk(ChunkMeta chunk)
    {
        var entries = _chunks.Entries;
        var times = _columns[(int)chunk.Times];
        var gap = chunk.Offset - _chunksEnd;
        var whole = chunk.Skip == 0 && chunk.Count == times.Count;
        var change = PrefixVarint.ZigZag((long)chunk.Times - _lastTimes) << ChunkFlags.Bits;
        entries.WriteVarint(
            change | (whole ? 0 : ChunkFlags.Part) | (gap == 0 ? 0 : ChunkFlags.Gap) | (chunk.HasMarks ? ChunkFlags.Marks : 0));
        if (!whole)
        {
            entries.WriteVarint((ulong)chunk.Skip);
            entries.WriteVarint((ulong)chunk.Count);
            entries.WriteVarint((ulong)(chunk.MinTime - times.MinTime));
            entries.WriteVarint((ulong)(times.MaxTime - chunk.MaxTime));
        }
        if (gap != 0)
        {
            entries.WriteVarint((ulong)gap);
        }
        entries.WriteVarint((ulong)chunk.Length);
        (_lastTimes, _chunksEnd) = (chunk.Times, chunk.Offset + chunk.Length);
    }
}

/// <summary>What a chunk's entry says in the low bits of its first number.</summary>
internal static class ChunkFlags
{
    public const int Bits = 3;
    public const ulong Part = 1;
    public const ulong Gap = 2;
    public const ulong Marks = 4;
}
