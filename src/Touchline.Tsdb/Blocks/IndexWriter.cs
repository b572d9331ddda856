using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Collects the series of a block, in the order of their labels, and writes its index file: symbols, series, label table,
/// postings, each section with its checksum in the footer. Format: docs/formats/index.md.
/// </summary>
internal sealed class IndexWriter
{
    private readonly Dictionary<string, uint> _seen = new(StringComparer.Ordinal);
    private readonly List<(uint[] Labels, ChunkMeta[] Chunks)> _series = [];

    public int SeriesCount => _series.Count;

    public void Add(Labels labels, ReadOnlySpan<ChunkMeta> chunks)
    {
        var pairs = new uint[2 * labels.Count];
        for (var i = 0; i < labels.Count; i++)
        {
            pairs[2 * i] = NumberOf(labels[i].Name);
            pairs[(2 * i) + 1] = NumberOf(labels[i].Value);
        }
        _series.Add((pairs, chunks.ToArray()));
    }

    /// <summary>Writes the file and answers its length.</summary>
    public long WriteTo(Stream file)
    {
        var footer = new ByteBuffer(IndexFormat.FooterLength);
        var header = new ByteBuffer(IndexFormat.HeaderLength);
        header.WriteBytes(IndexFormat.Magic);
        header.WriteUInt32(IndexFormat.Version);
        file.Write(header.Written);
        long offset = header.Length;

        var symbols = RenumberInOrder();
        offset = WriteSection(file, WriteSymbols(symbols), offset, footer);
        offset = WriteSection(file, WriteSeries(), offset, footer);
        var (tables, postings) = WriteLabels();
        offset = WriteSection(file, tables, offset, footer);
        offset = WriteSection(file, postings, offset, footer);

        footer.WriteUInt32(Crc32C.Of(footer.Written));
        file.Write(footer.Written);
        return offset + footer.Length;
    }

    private static long WriteSection(Stream file, ByteBuffer section, long offset, ByteBuffer footer)
    {
        file.Write(section.Written);
        footer.WriteUInt64((ulong)offset);
        footer.WriteUInt64((ulong)section.Length);
        footer.WriteUInt32(Crc32C.Of(section.Written));
        return offset + section.Length;
    }

    private uint NumberOf(string text)
    {
        if (!_seen.TryGetValue(text, out var number))
        {
            number = (uint)_seen.Count;
            _seen.Add(text, number);
        }
        return number;
    }

    /// <summary>Sorts the symbols, and renumbers the series' labels accordingly.</summary>
    private string[] RenumberInOrder()
    {
        var symbols = _seen.Keys.ToArray();
        Array.Sort(symbols, StringComparer.Ordinal);
        var renumbered = new uint[symbols.Length];
        for (uint i = 0; i < symbols.Length; i++)
        {
            renumbered[_seen[symbols[i]]] = i;
        }
        foreach (var (labels, _) in _series)
        {
            foreach (ref var number in labels.AsSpan())
            {
                number = renumbered[number];
            }
        }
        return symbols;
    }

    private static ByteBuffer WriteSymbols(string[] symbols)
    {
        var section = new ByteBuffer(64 * 1024);
        section.WriteUInt32((uint)symbols.Length);
        uint offset = 0;
        foreach (var symbol in symbols)
        {
            section.WriteUInt32(offset);
            offset += (uint)Encoding.UTF8.GetByteCount(symbol);
        }
        section.WriteUInt32(offset);
        foreach (var symbol in symbols)
        {
            Encoding.UTF8.GetBytes(symbol, section.Reserve(Encoding.UTF8.GetByteCount(symbol)));
        }
        return section;
    }

    private ByteBuffer WriteSeries()
    {
        var entries = new ByteBuffer(64 * 1024);
        var section = new ByteBuffer(64 * 1024);
        section.WriteUInt32((uint)_series.Count);
        foreach (var (labels, chunks) in _series)
        {
            section.WriteUInt32((uint)entries.Length);
            entries.WriteVarint((ulong)labels.Length / 2);
            foreach (var number in labels)
            {
                entries.WriteVarint(number);
            }
            entries.WriteVarint((ulong)chunks.Length);
            var (time, offset) = (0L, 0L);
            foreach (var chunk in chunks)
            {
                entries.WriteZigZag(chunk.MinTime - time);
                entries.WriteVarint((ulong)(chunk.MaxTime - chunk.MinTime));
                entries.WriteZigZag(chunk.Offset - offset);
                entries.WriteVarint((ulong)chunk.Length);
                (time, offset) = (chunk.MaxTime, chunk.Offset + chunk.Length);
            }
        }
        section.WriteUInt32((uint)entries.Length);
        section.WriteBytes(entries.Written);
        return section;
    }

    private (ByteBuffer Tables, ByteBuffer Postings) WriteLabels()
    {
        var byName = new SortedDictionary<uint, SortedDictionary<uint, List<uint>>>();
        for (var series = 0; series < _series.Count; series++)
        {
            var labels = _series[series].Labels;
            for (var i = 0; i < labels.Length; i += 2)
            {
                if (!byName.TryGetValue(labels[i], out var values))
                {
                    byName.Add(labels[i], values = []);
                }
                if (!values.TryGetValue(labels[i + 1], out var owners))
                {
                    values.Add(labels[i + 1], owners = []);
                }
                owners.Add((uint)series);
            }
        }
        var names = new ByteBuffer();
        var entries = new ByteBuffer();
        var postings = new ByteBuffer();
        names.WriteUInt32((uint)byName.Count);
        uint firstValue = 0;
        foreach (var (name, values) in byName)
        {
            names.WriteUInt32(name);
            names.WriteUInt32(firstValue);
            names.WriteUInt32((uint)values.Count);
            firstValue += (uint)values.Count;
            foreach (var (value, owners) in values)
            {
                entries.WriteUInt32(value);
                entries.WriteUInt32((uint)postings.Length);
                entries.WriteUInt32((uint)owners.Count);
                uint last = 0;
                foreach (var owner in owners)
                {
                    postings.WriteVarint(owner - last);
                    last = owner;
                }
            }
        }
        names.WriteBytes(entries.Written);
        return (names, postings);
    }
}
