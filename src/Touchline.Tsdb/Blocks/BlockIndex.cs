using System.Buffers.Binary;
using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Blocks;

/// <summary>The index of a block, read in place from its mapped file. All checksums are verified when it is opened. Thread-safe.</summary>
internal sealed class BlockIndex : ILabelIndex, ILabelValueSource, IDisposable
{
    private readonly MappedFile _file;
    private readonly (long Offset, int Length) _symbols;
    private readonly (long Offset, int Length) _series;
    private readonly (long Offset, int Length) _labels;
    private readonly (long Offset, int Length) _postings;

    private BlockIndex(MappedFile file, (long, int)[] sections)
    {
        _file = file;
        (_symbols, _series, _labels, _postings) = (sections[0], sections[1], sections[2], sections[3]);
        SymbolCount = ReadCount(_symbols);
        SeriesCount = ReadCount(_series);
        NameCount = ReadCount(_labels);
    }

    public int SymbolCount { get; }

    public int SeriesCount { get; }

    private int NameCount { get; }

    /// <exception cref="CorruptDataException">A checksum is wrong or the version is unknown.</exception>
    public static BlockIndex Open(string path)
    {
        if (new FileInfo(path).Length < IndexFormat.HeaderLength + IndexFormat.FooterLength)
        {
            throw new CorruptDataException("it is shorter than its header");
        }
        var file = new MappedFile(path);
        try
        {
            return new BlockIndex(file, Verify(file));
        }
        catch (CorruptDataException)
        {
            file.Dispose();
            throw;
        }
    }

    public string Symbol(uint number)
    {
        var symbols = Section(_symbols);
        if (number >= SymbolCount)
        {
            throw new CorruptDataException($"symbol {number} of {SymbolCount}");
        }
        var start = ReadAt(symbols, 4 + (4 * (int)number));
        var end = ReadAt(symbols, 8 + (4 * (int)number));
        return Encoding.UTF8.GetString(symbols[(8 + (4 * SymbolCount))..][(int)start..(int)end]);
    }

    /// <summary>The labels of a series. Symbols already read are shared through the cache, which has <see cref="SymbolCount"/> places.</summary>
    public Labels LabelsOf(uint series, string?[] cache)
    {
        var reader = EntryOf(series);
        var labels = new Label[reader.ReadCount(2)];
        for (var i = 0; i < labels.Length; i++)
        {
            var name = Cached((uint)reader.ReadVarint(), cache);
            labels[i] = new Label(name, Cached((uint)reader.ReadVarint(), cache));
        }
        return Labels.FromSorted(labels);
    }

    /// <summary>The labels of a series, for walks over all of them: the memory for symbols is bounded by the cache.</summary>
    public Labels LabelsOf(uint series, SymbolCache cache)
    {
        var reader = EntryOf(series);
        var labels = new Label[reader.ReadCount(2)];
        for (var i = 0; i < labels.Length; i++)
        {
            var name = cache.Symbol((uint)reader.ReadVarint());
            labels[i] = new Label(name, cache.Symbol((uint)reader.ReadVarint()));
        }
        return Labels.FromSorted(labels);
    }

    /// <summary>The chunks of a series that may hold samples between the times, oldest first.</summary>
    public void ChunksOf(uint series, long minTime, long maxTime, List<ChunkMeta> into)
    {
        var reader = EntryOf(series);
        for (var labels = reader.ReadCount(2); labels > 0; labels--)
        {
            reader.ReadVarint();
            reader.ReadVarint();
        }
        var (time, offset) = (0L, 0L);
        for (var chunks = reader.ReadCount(4); chunks > 0; chunks--)
        {
            var first = time + reader.ReadZigZag();
            var last = first + (long)reader.ReadVarint();
            var start = offset + reader.ReadZigZag();
            var length = (int)reader.ReadVarint();
            (time, offset) = (last, start + length);
            if (first <= maxTime && last >= minTime)
            {
                into.Add(new ChunkMeta(first, last, start, length));
            }
        }
    }

    public uint[] AllSeries()
    {
        var all = new uint[SeriesCount];
        for (uint i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }
        return all;
    }

    public IReadOnlyList<string> LabelNames()
    {
        var names = new string[NameCount];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Symbol(NameEntry(i).Symbol);
        }
        return names;
    }

    public uint[] SeriesWith(string name, string value)
    {
        if (!TryFindName(name, out var first, out var count))
        {
            return [];
        }
        var at = Search(count, value, i => Symbol(ValueEntry(first + i).Symbol));
        return at >= 0 ? SeriesAt((uint)(first + at)) : [];
    }

    public IEnumerable<LabelValue> ValuesOf(string name)
    {
        if (!TryFindName(name, out var first, out var count))
        {
            yield break;
        }
        for (var i = 0; i < count; i++)
        {
            yield return new LabelValue(Symbol(ValueEntry(first + i).Symbol), this, (uint)(first + i));
        }
    }

    public uint[] SeriesAt(uint position)
    {
        var (_, offset, count) = ValueEntry((int)position);
        var reader = new ByteReader(Section(_postings)[(int)offset..]);
        if (count > (uint)reader.Remaining)
        {
            throw new CorruptDataException("postings are longer than their section");
        }
        var series = new uint[count];
        uint last = 0;
        for (var i = 0; i < series.Length; i++)
        {
            last += (uint)reader.ReadVarint();
            series[i] = last;
        }
        return series;
    }

    public void Dispose() => _file.Dispose();

    private static (long, int)[] Verify(MappedFile file)
    {
        var header = file.Slice(0, IndexFormat.HeaderLength);
        if (!header[..4].SequenceEqual(IndexFormat.Magic))
        {
            throw new CorruptDataException("it does not begin as an index does");
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (version != IndexFormat.Version)
        {
            throw new CorruptDataException($"its format version {version} is unknown to this program, which knows {IndexFormat.Version}");
        }
        var footer = file.Slice(file.Length - IndexFormat.FooterLength, IndexFormat.FooterLength);
        if (Crc32C.Of(footer[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(footer[^4..]))
        {
            throw new CorruptDataException("the checksum of its footer is wrong");
        }
        var sections = new (long Offset, int Length)[IndexFormat.Sections];
        for (var i = 0; i < sections.Length; i++)
        {
            var entry = footer.Slice(i * IndexFormat.FooterEntryLength, IndexFormat.FooterEntryLength);
            var offset = BinaryPrimitives.ReadUInt64LittleEndian(entry);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            if (length > int.MaxValue || offset + length > (ulong)(file.Length - IndexFormat.FooterLength))
            {
                throw new CorruptDataException($"section {i} lies outside of the file");
            }
            sections[i] = ((long)offset, (int)length);
            if (Crc32C.Of(file.Slice(sections[i].Offset, sections[i].Length)) != BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]))
            {
                throw new CorruptDataException($"the checksum of section {i} is wrong");
            }
        }
        return sections;
    }

    private ReadOnlySpan<byte> Section((long Offset, int Length) section) => _file.Slice(section.Offset, section.Length);

    private int ReadCount((long Offset, int Length) section) =>
        section.Length < 4 ? throw new CorruptDataException("a section is empty") : (int)ReadAt(Section(section), 0);

    private static uint ReadAt(ReadOnlySpan<byte> section, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(section[offset..]);

    private ByteReader EntryOf(uint series)
    {
        if (series >= SeriesCount)
        {
            throw new CorruptDataException($"series {series} of {SeriesCount}");
        }
        var section = Section(_series);
        var start = ReadAt(section, 4 + (4 * (int)series));
        var end = ReadAt(section, 8 + (4 * (int)series));
        return new ByteReader(section[(8 + (4 * SeriesCount))..][(int)start..(int)end]);
    }

    private string Cached(uint number, string?[] cache) => cache[number] ??= Symbol(number);

    private (uint Symbol, int First, int Count) NameEntry(int name)
    {
        var entry = Section(_labels)[(4 + (name * IndexFormat.TableEntryLength))..];
        return (ReadAt(entry, 0), (int)ReadAt(entry, 4), (int)ReadAt(entry, 8));
    }

    private (uint Symbol, uint Offset, uint Count) ValueEntry(int value)
    {
        var entry = Section(_labels)[(4 + ((NameCount + value) * IndexFormat.TableEntryLength))..];
        return (ReadAt(entry, 0), ReadAt(entry, 4), ReadAt(entry, 8));
    }

    private bool TryFindName(string name, out int first, out int count)
    {
        var at = Search(NameCount, name, i => Symbol(NameEntry(i).Symbol));
        (_, first, count) = at >= 0 ? NameEntry(at) : default;
        return at >= 0;
    }

    private static int Search(int count, string text, Func<int, string> textAt)
    {
        var low = 0;
        var high = count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(textAt(middle), text);
            if (order == 0)
            {
                return middle;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return -1;
    }
}
