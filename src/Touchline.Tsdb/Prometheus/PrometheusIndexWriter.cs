using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Collects the series of a block and writes its index, version 2. Format: docs/formats/prometheus.md.</summary>
internal sealed class PrometheusIndexWriter
{
    private const int FlushBytes = 1024 * 1024;

    private readonly Dictionary<string, uint> _numbers = new(StringComparer.Ordinal);
    private readonly List<Entry> _series = [];
    private readonly ByteBuffer _buffer = new(FlushBytes);
    private long _flushed;

    public int SeriesCount => _series.Count;

    private long Position => _flushed + _buffer.Length;

    public void Add(Labels labels, ReadOnlySpan<PrometheusChunkMeta> chunks)
    {
        var pairs = new uint[2 * labels.Count];
        for (var i = 0; i < labels.Count; i++)
        {
            pairs[2 * i] = NumberOf(labels[i].Name);
            pairs[(2 * i) + 1] = NumberOf(labels[i].Value);
        }
        _series.Add(new Entry(pairs, chunks.ToArray()));
    }

    public void WriteTo(Stream file)
    {
        var toc = new long[6];
        _buffer.WriteBigUInt32(PrometheusFiles.IndexMagic);
        _buffer.WriteByte(PrometheusFiles.IndexVersion);
        var symbols = InOrder();

        toc[0] = Position;
        WriteSection(file, section =>
        {
            section.WriteBigUInt32((uint)symbols.Length);
            foreach (var symbol in symbols)
            {
                section.WriteText(symbol);
            }
        });
        toc[1] = Position;
        var references = WriteSeries(file);
        var postings = Postings(references);
        toc[2] = Position;
        var valuesAt = WriteLabelValues(file, postings);
        toc[4] = Position;
        var postingsAt = WritePostings(file, postings, references);
        toc[3] = Position;
        WriteSection(file, section =>
        {
            section.WriteBigUInt32((uint)valuesAt.Count);
            foreach (var (name, offset) in valuesAt)
            {
                section.WriteByte(1);
                section.WriteText(symbols[name]);
                section.WriteUvarint((ulong)offset);
            }
        });
        toc[5] = Position;
        WriteSection(file, section =>
        {
            section.WriteBigUInt32((uint)postingsAt.Count);
            foreach (var ((name, value), offset) in postingsAt)
            {
                section.WriteByte(2);
                section.WriteText(name is { } n ? symbols[n] : "");
                section.WriteText(value is { } v ? symbols[v] : "");
                section.WriteUvarint((ulong)offset);
            }
        });
        var start = _buffer.Length;
        foreach (var offset in toc)
        {
            _buffer.WriteBigUInt64((ulong)offset);
        }
        _buffer.WriteBigUInt32(Crc32C.Of(_buffer.Written[start..]));
        Flush(file);
    }

    private uint NumberOf(string text)
    {
        if (!_numbers.TryGetValue(text, out var number))
        {
            number = (uint)_numbers.Count;
            _numbers.Add(text, number);
        }
        return number;
    }

    /// <summary>Sorts symbols as Prometheus does, renumbers them, and sorts labels and series accordingly.</summary>
    private string[] InOrder()
    {
        var symbols = _numbers.Keys.ToArray();
        Array.Sort(symbols, Utf8Order.Instance);
        var renumbered = new uint[symbols.Length];
        for (uint i = 0; i < symbols.Length; i++)
        {
            renumbered[_numbers[symbols[i]]] = i;
        }
        foreach (var (labels, _) in _series)
        {
            foreach (ref var number in labels.AsSpan())
            {
                number = renumbered[number];
            }
            SortPairs(labels);
        }
        _series.Sort((left, right) => left.Labels.AsSpan().SequenceCompareTo(right.Labels));
        return symbols;
    }

    /// <summary>Labels come sorted, but for names beyond the basic plane.</summary>
    private static void SortPairs(uint[] labels)
    {
        for (var i = 2; i < labels.Length; i += 2)
        {
            for (var j = i; j > 0 && labels[j] < labels[j - 2]; j -= 2)
            {
                (labels[j], labels[j - 2]) = (labels[j - 2], labels[j]);
                (labels[j + 1], labels[j - 1]) = (labels[j - 1], labels[j + 1]);
            }
        }
    }

    private uint[] WriteSeries(Stream file)
    {
        var references = new uint[_series.Count];
        var entry = new ByteBuffer();
        for (var i = 0; i < references.Length; i++)
        {
            Pad(PrometheusFiles.SeriesAlignment);
            references[i] = checked((uint)(Position / PrometheusFiles.SeriesAlignment));
            entry.Clear();
            WriteEntry(_series[i], entry);
            _buffer.WriteUvarint((ulong)entry.Length);
            _buffer.WriteBytes(entry.Written);
            _buffer.WriteBigUInt32(Crc32C.Of(entry.Written));
            FlushWhenFull(file);
        }
        return references;
    }

    private static void WriteEntry(Entry series, ByteBuffer to)
    {
        to.WriteUvarint((ulong)series.Labels.Length / 2);
        foreach (var number in series.Labels)
        {
            to.WriteUvarint(number);
        }
        to.WriteUvarint((ulong)series.Chunks.Length);
        var (time, reference) = (0L, 0UL);
        for (var i = 0; i < series.Chunks.Length; i++)
        {
            var chunk = series.Chunks[i];
            if (i == 0)
            {
                to.WriteGoVarint(chunk.MinTime);
                to.WriteUvarint((ulong)(chunk.MaxTime - chunk.MinTime));
                to.WriteUvarint(chunk.Reference);
            }
            else
            {
                to.WriteUvarint((ulong)(chunk.MinTime - time));
                to.WriteUvarint((ulong)(chunk.MaxTime - chunk.MinTime));
                to.WriteGoVarint((long)(chunk.Reference - reference));
            }
            (time, reference) = (chunk.MaxTime, chunk.Reference);
        }
    }

    /// <summary>By label name and value the series that have them, each list rising.</summary>
    private SortedDictionary<uint, SortedDictionary<uint, List<uint>>> Postings(uint[] references)
    {
        var byName = new SortedDictionary<uint, SortedDictionary<uint, List<uint>>>();
        for (var series = 0; series < references.Length; series++)
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
                owners.Add(references[series]);
            }
        }
        return byName;
    }

    /// <summary>A list of values for each name. Newer versions of Prometheus do not read them; they cost next to nothing.</summary>
    private List<(uint Name, long Offset)> WriteLabelValues(Stream file, SortedDictionary<uint, SortedDictionary<uint, List<uint>>> postings)
    {
        var offsets = new List<(uint, long)>();
        foreach (var (name, values) in postings)
        {
            Pad(4);
            offsets.Add((name, Position));
            WriteSection(file, section =>
            {
                section.WriteBigUInt32(1);
                section.WriteBigUInt32((uint)values.Count);
                foreach (var value in values.Keys)
                {
                    section.WriteBigUInt32(value);
                }
            });
        }
        return offsets;
    }

    private List<((uint? Name, uint? Value) Pair, long Offset)> WritePostings(
        Stream file, SortedDictionary<uint, SortedDictionary<uint, List<uint>>> postings, uint[] all)
    {
        var offsets = new List<((uint?, uint?), long)> { ((null, null), WriteList(file, all)) };
        foreach (var (name, values) in postings)
        {
            foreach (var (value, owners) in values)
            {
                offsets.Add(((name, value), WriteList(file, owners)));
            }
        }
        return offsets;
    }

    private long WriteList(Stream file, IReadOnlyCollection<uint> references)
    {
        Pad(4);
        var offset = Position;
        WriteSection(file, section =>
        {
            section.WriteBigUInt32((uint)references.Count);
            foreach (var reference in references)
            {
                section.WriteBigUInt32(reference);
            }
        });
        return offset;
    }

    /// <summary>A section with its length before and its checksum behind it.</summary>
    private void WriteSection(Stream file, Action<ByteBuffer> content)
    {
        var start = _buffer.Length;
        _buffer.WriteBigUInt32(0);
        content(_buffer);
        var bytes = _buffer.Written[(start + 4)..];
        var checksum = Crc32C.Of(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(_buffer.At(start, 4), (uint)bytes.Length);
        _buffer.WriteBigUInt32(checksum);
        FlushWhenFull(file);
    }

    private void Pad(int alignment)
    {
        var over = (int)(Position % alignment);
        if (over > 0)
        {
            _buffer.Reserve(alignment - over);
        }
    }

    private void FlushWhenFull(Stream file)
    {
        if (_buffer.Length >= FlushBytes)
        {
            Flush(file);
        }
    }

    private void Flush(Stream file)
    {
        file.Write(_buffer.Written);
        _flushed += _buffer.Length;
        _buffer.Clear();
    }

    private readonly record struct Entry(uint[] Labels, PrometheusChunkMeta[] Chunks);
}
