using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Blocks;

/// <summary>The index of a block, read in place from its mapped file. All checksums are verified when it is opened. Thread-safe.</summary>
internal sealed class BlockIndex : ILabelIndex, ILabelValueSource, IDisposable
{
    /// <summary>At most: each target has columns of its own, and in the order of labels its series lie far apart.</summary>
    private const int MostTimesRemembered = 4096;

    private const int PairsRemembered = 256;

    /// <summary>So many postings are decoded in the time in which the labels of one series are read.</summary>
    private const int PostingsASeries = 64;

    private readonly MappedFile _file;
    private readonly Dictionary<IndexSection, (long Offset, int Length)> _sections;
    private readonly (long Offset, int Length) _values;
    private readonly (long Offset, int Length) _postings;
    private readonly (long Offset, int Length) _series;
    private readonly (long Offset, int Length) _chunks;
    private readonly (long Offset, int Length) _times;
    private readonly GroupedSection _valueGroups;
    private readonly GroupedSection _seriesGroups;
    private readonly GroupedSection _chunkGroups;
    private readonly GroupedSection _timeGroups;
    private readonly string[] _names;
    private readonly uint[] _firstValues; // Of each name, and one behind the last.
    private readonly int[][] _shapes;
    private readonly Lazy<SparseSectionPlaces> _exemplars;
    private readonly Lazy<SparseSectionPlaces> _created;
    private readonly NumberedTimes?[] _timesLately;
    private readonly FoundPair?[] _foundLately = new FoundPair?[PairsRemembered];

    private BlockIndex(MappedFile file, Dictionary<IndexSection, (long, int)> sections)
    {
        _file = file;
        _sections = sections;
        (_names, _firstValues, _shapes) = ReadNames(Section(Required(IndexSection.Names)));
        _values = Required(IndexSection.Values);
        _postings = Required(IndexSection.Postings);
        _series = Required(IndexSection.Series);
        _chunks = Required(IndexSection.Chunks);
        _times = Required(IndexSection.Times);
        _valueGroups = GroupedSection.Open(Section(_values));
        _seriesGroups = GroupedSection.Open(Section(_series));
        _chunkGroups = GroupedSection.Open(Section(_chunks));
        _timeGroups = GroupedSection.Open(Section(_times));
        _timesLately = new NumberedTimes?[Math.Clamp(_timeGroups.Count, 1, MostTimesRemembered)];
        _exemplars = new Lazy<SparseSectionPlaces>(() => new SparseSectionPlaces(Optional(IndexSection.Exemplars)));
        _created = new Lazy<SparseSectionPlaces>(() => new SparseSectionPlaces(Optional(IndexSection.Created)));
        if (_firstValues[^1] != (uint)_valueGroups.Count || _seriesGroups.Count != _chunkGroups.Count)
        {
            throw new CorruptDataException("its sections do not belong together");
        }
    }

    /// <summary>How many pairs of name and value there are: the length of a cache for <see cref="LabelsOf"/>.</summary>
    public int SymbolCount => _valueGroups.Count;

    public int SeriesCount => _seriesGroups.Count;

    /// <exception cref="CorruptDataException">A checksum is wrong or the version is unknown.</exception>
    public static BlockIndex Open(string path)
    {
        if (new FileInfo(path).Length < IndexFormat.HeaderLength + IndexFormat.FooterEndLength)
        {
            throw new CorruptDataException("it is shorter than its header");
        }
        var file = new MappedFile(path);
        try
        {
            var sections = IndexSections.Verify(file);
            file.Forget();
            return new BlockIndex(file, sections);
        }
        catch (CorruptDataException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A section that not every block has; empty where this one has none.</summary>
    public ReadOnlySpan<byte> Optional(IndexSection kind) => _sections.TryGetValue(kind, out var section) ? Section(section) : [];

    /// <summary>A value of any label, by its number over all of them.</summary>
    public string Symbol(uint number) => ValueAt(number, out _, out _);

    /// <summary>The labels of a series. Values already read are shared through the cache, which has <see cref="SymbolCount"/> places.</summary>
    public Labels LabelsOf(uint series, SymbolPages cache)
    {
        Span<uint> values = stackalloc uint[32];
        var shape = ReadSeries(series, ref values);
        var labels = new Label[shape.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = new Label(_names[shape[i]], cache[values[i]] ??= Symbol(values[i]));
        }
        return Labels.FromSorted(labels);
    }

    /// <summary>The value of one label of a series, or the empty string; the cache is that of <see cref="LabelsOf(uint, SymbolPages)"/>.</summary>
    public string ValueOf(uint series, string name, SymbolPages cache)
    {
        Span<uint> values = stackalloc uint[32];
        var shape = ReadSeries(series, ref values);
        for (var i = 0; i < shape.Length; i++)
        {
            if (_names[shape[i]] == name)
            {
                return cache[values[i]] ??= Symbol(values[i]);
            }
        }
        return "";
    }

    /// <summary>The <see cref="DescriptionlessHash"/> of the labels of a series; the cache is that of <see cref="LabelsOf(uint, SymbolPages)"/>.</summary>
    public ulong DescriptionlessHashOf(uint series, SymbolPages cache)
    {
        Span<uint> values = stackalloc uint[32];
        var shape = ReadSeries(series, ref values);
        var hash = default(DescriptionlessHash);
        for (var i = 0; i < shape.Length; i++)
        {
            ref var known = ref cache.HashOf(values[i]);
            if (known == 0)
            {
                known = DescriptionlessHash.OfLabel(_names[shape[i]], cache[values[i]] ??= Symbol(values[i]));
            }
            hash.Add(known);
        }
        return hash.Value;
    }

    /// <summary>Whether a series has these labels; the cache is that of <see cref="LabelsOf(uint, SymbolPages)"/>.</summary>
    public bool Has(uint series, SymbolPages cache, Labels labels)
    {
        Span<uint> values = stackalloc uint[32];
        var shape = ReadSeries(series, ref values);
        if (shape.Length != labels.Count)
        {
            return false;
        }
        // From the end: what differs between neighbours is mostly there.
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (labels[i].Value != (cache[values[i]] ??= Symbol(values[i])) || labels[i].Name != _names[shape[i]])
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// The value of a series' last label, where its labels are those of another series but for that value; null where they are not. The cache is that
    /// of <see cref="LabelsOf(uint, SymbolPages)"/>.
    /// </summary>
    public string? LastValueBeside(uint series, uint other, SymbolPages cache)
    {
        Span<uint> values = stackalloc uint[32];
        Span<uint> others = stackalloc uint[32];
        var shape = ReadSeries(series, ref values);
        if (ReadSeries(other, ref others) != shape || shape.Length == 0 || !values[..(shape.Length - 1)].SequenceEqual(others[..(shape.Length - 1)]))
        {
            return null;
        }
        var last = values[shape.Length - 1];
        return cache[last] ??= Symbol(last);
    }

    /// <summary>The labels of a series, for walks over all of them: the memory for symbols is bounded by the cache.</summary>
    public Labels LabelsOf(uint series, SymbolCache cache)
    {
        Span<uint> values = stackalloc uint[32];
        var shape = ReadSeries(series, ref values);
        var labels = new Label[shape.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = new Label(_names[shape[i]], cache.Symbol(values[i]));
        }
        return Labels.FromSorted(labels);
    }

    /// <summary>The chunks of a series that may hold samples between the times, oldest first.</summary>
    public void ChunksOf(uint series, long minTime, long maxTime, List<ChunkMeta> into)
    {
        foreach (var chunk in ChunksAt(PlaceOfChunks(series)))
        {
            if (chunk.MinTime <= maxTime && chunk.MaxTime >= minTime)
            {
                into.Add(chunk);
            }
        }
    }

    /// <summary>Where the chunks of a series stand.</summary>
    /// <param name="series">Its number.</param>
    /// <param name="from">A place to go on from where it lies before in the same group: who asks for series in order passes each entry once.</param>
    public ChunkListPlace PlaceOfChunks(uint series, in ChunkListPlace from = default)
    {
        var section = Section(_chunks);
        var place = from;
        if (place.Position == 0 || place.Series > series || place.Series / IndexFormat.GroupSize != series / IndexFormat.GroupSize)
        {
            var group = _chunkGroups.Group(section, series, out var offset);
            place = new ChunkListPlace(series - series % IndexFormat.GroupSize, section.Length - group.Remaining, offset, 0);
        }
        while (place.Series < series)
        {
            var passed = new ChunkListReader(this, section[place.Position..], place.Offset, place.Times);
            passed.PassAll();
            place = new ChunkListPlace(place.Series + 1, place.Position + passed.Length, passed.Offset, passed.Times);
        }
        return place;
    }

    /// <summary>The chunks at a place, oldest first.</summary>
    public ChunkListReader ChunksAt(in ChunkListPlace place) => new(this, Section(_chunks)[place.Position..], place.Offset, place.Times);

    /// <summary>How many bytes the chunks of each series take, by its number, without their times.</summary>
    public long[] ChunkBytes()
    {
        var bytes = new long[SeriesCount];
        for (uint first = 0; first < bytes.Length; first += IndexFormat.GroupSize)
        {
            var reader = _chunkGroups.Group(Section(_chunks), first, out _);
            var end = Math.Min(bytes.Length, first + IndexFormat.GroupSize);
            for (var series = first; series < end; series++)
            {
                for (var chunks = reader.ReadCount(2); chunks > 0; chunks--)
                {
                    var head = reader.ReadVarint();
                    // What stands before the length: four numbers of a part, one of a gap.
                    var skipped = ((head & ChunkFlags.Part) != 0 ? 4 : 0) + ((head & ChunkFlags.Gap) != 0 ? 1 : 0);
                    for (; skipped > 0; skipped--)
                    {
                        reader.ReadVarint();
                    }
                    bytes[series] += (long)reader.ReadVarint();
                }
            }
        }
        return bytes;
    }

    /// <summary>A column of times by its number. Those asked for lately are remembered: most series share a few.</summary>
    public TimeMeta TimesAt(uint number)
    {
        if (Volatile.Read(ref _timesLately[number % (uint)_timesLately.Length]) is { } known && known.Number == number)
        {
            return known.Meta;
        }
        var meta = ReadTimesAt(number);
        Volatile.Write(ref _timesLately[number % (uint)_timesLately.Length], new NumberedTimes(number, meta));
        return meta;
    }

    private TimeMeta ReadTimesAt(uint number)
    {
        var reader = _timeGroups.Group(Section(_times), number, out var offset);
        long first = 0;
        for (var left = number % IndexFormat.GroupSize; ; left--)
        {
            offset += (long)reader.ReadVarint();
            var length = (long)reader.ReadVarint();
            first += reader.ReadZigZag();
            var span = (long)reader.ReadVarint();
            var count = reader.ReadVarint();
            if (left == 0)
            {
                return length <= int.MaxValue && count is > 0 and <= ushort.MaxValue
                    ? new TimeMeta(first, first + span, offset, (int)length, (int)count)
                    : throw new CorruptDataException($"a column of {count} times in {length} bytes");
            }
            offset += length;
        }
    }

    /// <summary>The series that have exemplars, ascending.</summary>
    public uint[] SeriesWithExemplars() => _exemplars.Value.Series();

    /// <summary>Adds what the block keeps of a series beside its samples.</summary>
    public void ExtrasOf(uint series, SeriesExtras into)
    {
        if (_exemplars.Value.TryFind(series, out var place))
        {
            var reader = new ByteReader(Optional(IndexSection.Exemplars).Slice(place.Offset, place.Length));
            SparseSection.ReadExemplars(ref reader, into);
        }
        if (_created.Value.TryFind(series, out place))
        {
            var reader = new ByteReader(Optional(IndexSection.Created).Slice(place.Offset, place.Length));
            SparseSection.ReadCreated(ref reader, into);
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

    public bool EverySeriesHas(string name)
    {
        var number = Array.BinarySearch(_names, name, StringComparer.Ordinal);
        return number >= 0 && Array.TrueForAll(_shapes, shape => Array.IndexOf(shape, number) >= 0);
    }

    public IReadOnlyList<string> LabelNames() => _names;

    public uint[] SeriesWith(string name, string value) => Find(name, value) is { } pair ? PostingsAt(pair.Offset, pair.Length) : [];

    public int CountOf(string name, string value)
    {
        if (Find(name, value) is not { } pair)
        {
            return 0;
        }
        var reader = new ByteReader(PostingsBytes(pair.Offset, pair.Length));
        return PostingsCodec.ReadCount(ref reader, SeriesCount);
    }

    /// <summary>The pair may be one that nearly every series has: its list is let go at once, and of few series their labels are looked at instead.</summary>
    public uint[] Within(ReadOnlySpan<uint> series, string name, string value, CancellationToken cancellationToken)
    {
        if (series.IsEmpty || Find(name, value) is not { } pair)
        {
            return [];
        }
        var reader = new ByteReader(PostingsBytes(pair.Offset, pair.Length));
        var count = PostingsCodec.ReadCount(ref reader, SeriesCount);
        if (count == SeriesCount)
        {
            return series.ToArray();
        }
        if (count / PostingsASeries > series.Length)
        {
            return Having(series, pair);
        }
        var rented = ArrayPool<uint>.Shared.Rent(count);
        try
        {
            var with = rented.AsSpan(0, count);
            PostingsCodec.Read(ref reader, SeriesCount, with);
            return Postings.Intersect(series, with, cancellationToken);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(rented);
        }
    }

    /// <summary>Those of the series that have a pair of a name and a value.</summary>
    private uint[] Having(ReadOnlySpan<uint> series, FoundPair pair)
    {
        var name = Array.BinarySearch(_names, pair.Name, StringComparer.Ordinal);
        var having = new uint[series.Length];
        var found = 0;
        Span<uint> values = stackalloc uint[32];
        foreach (var number in series)
        {
            var at = Array.IndexOf(ReadSeries(number, ref values), name);
            if (at >= 0 && values[at] == pair.Number)
            {
                having[found++] = number;
            }
        }
        return having[..found];
    }

    /// <summary>A pair; null where no series has it. Those asked for lately are remembered, as queries come with the same again and again.</summary>
    private FoundPair? Find(string name, string value)
    {
        ref var lately = ref _foundLately[(uint)HashCode.Combine(name, value) % PairsRemembered];
        if (Volatile.Read(ref lately) is { } known && known.Name == name && known.Value == value)
        {
            return known;
        }
        var at = Array.BinarySearch(_names, name, StringComparer.Ordinal);
        if (at < 0)
        {
            return null;
        }
        var (low, high) = ((long)_firstValues[at], (long)_firstValues[at + 1] - 1);
        while (low <= high)
        {
            var middle = (uint)((low + high) >>> 1);
            var order = string.CompareOrdinal(ValueAt(middle, out var offset, out var length), value);
            if (order == 0)
            {
                var found = new FoundPair(name, value, middle, offset, length);
                Volatile.Write(ref lately, found);
                return found;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, (long)middle - 1);
        }
        return null;
    }

    public IEnumerable<LabelValue> ValuesOf(string name)
    {
        var at = Array.BinarySearch(_names, name, StringComparer.Ordinal);
        if (at < 0)
        {
            yield break;
        }
        for (var value = _firstValues[at]; value < _firstValues[at + 1]; value++)
        {
            yield return new LabelValue(ValueAt(value, out _, out _), this, value);
        }
    }

    public uint[] SeriesAt(uint position)
    {
        ValueAt(position, out var offset, out var length);
        return PostingsAt(offset, length);
    }

    /// <summary>Gives memory back (<see cref="MappedFile.Forget"/>).</summary>
    public void Forget() => _file.Forget();

    public void Dispose() => _file.Dispose();

    private static (string[] Names, uint[] FirstValues, int[][] Shapes) ReadNames(ReadOnlySpan<byte> section)
    {
        var reader = new ByteReader(section);
        var names = new string[reader.ReadCount(2)];
        var firstValues = new uint[names.Length + 1];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = reader.ReadString();
            firstValues[i + 1] = firstValues[i] + (uint)reader.ReadVarint();
        }
        var shapes = new int[reader.ReadCount()][];
        foreach (ref var shape in shapes.AsSpan())
        {
            shape = new int[reader.ReadCount()];
            foreach (ref var name in shape.AsSpan())
            {
                var number = reader.ReadVarint();
                name = number < (ulong)names.Length ? (int)number : throw new CorruptDataException($"label name {number} of {names.Length}");
            }
        }
        return (names, firstValues, shapes);
    }

    /// <summary>Answers the names of a series' labels, and fills in the number of each value; the span grows where it must.</summary>
    private int[] ReadSeries(uint series, scoped ref Span<uint> values)
    {
        var reader = _seriesGroups.Group(Section(_series), series, out _);
        int[] shape = [];
        for (var left = series % IndexFormat.GroupSize; ; left--)
        {
            var head = reader.ReadVarint();
            if ((head & 1) != 0)
            {
                shape = head >> 1 < (ulong)_shapes.Length ? _shapes[head >> 1] : throw new CorruptDataException($"a series of shape {head >> 1}");
                values = values.Length >= shape.Length ? values : new uint[shape.Length];
                for (var i = 0; i < shape.Length; i++)
                {
                    values[i] = _firstValues[shape[i]] + (uint)reader.ReadVarint();
                }
            }
            else
            {
                for (var i = (int)(head >> 1); i < shape.Length; i++)
                {
                    values[i] = (uint)(values[i] + reader.ReadZigZag());
                }
            }
            if (left == 0)
            {
                return shape;
            }
        }
    }

    private (long, int) Required(IndexSection kind) =>
        _sections.TryGetValue(kind, out var section) ? section : throw new CorruptDataException($"its section {kind} is missing");

    private ReadOnlySpan<byte> Section((long Offset, int Length) section) => _file.Slice(section.Offset, section.Length);

    /// <summary>The text of a value, and where its postings are.</summary>
    private string ValueAt(uint value, out long postings, out int length)
    {
        var section = Section(_values);
        var reader = _valueGroups.Group(section, value, out postings);
        Span<byte> text = stackalloc byte[256];
        var used = 0;
        for (var left = value % IndexFormat.GroupSize; ; left--)
        {
            var shared = left == value % IndexFormat.GroupSize ? 0 : (int)Math.Min(reader.ReadVarint(), (ulong)used);
            var suffix = reader.ReadBytes(reader.ReadCount());
            if (shared + suffix.Length > text.Length)
            {
                var larger = new byte[2 * (shared + suffix.Length)];
                text[..shared].CopyTo(larger);
                text = larger;
            }
            suffix.CopyTo(text[shared..]);
            used = shared + suffix.Length;
            length = (int)Math.Min(reader.ReadVarint(), int.MaxValue);
            if (left == 0)
            {
                return Encoding.UTF8.GetString(text[..used]);
            }
            postings += length;
        }
    }

    private uint[] PostingsAt(long offset, int length)
    {
        var reader = new ByteReader(PostingsBytes(offset, length));
        return PostingsCodec.Read(ref reader, SeriesCount);
    }

    private ReadOnlySpan<byte> PostingsBytes(long offset, int length)
    {
        var section = Section(_postings);
        return offset >= 0 && offset <= section.Length - length
            ? section.Slice((int)offset, length)
            : throw new CorruptDataException("postings lie outside of their section");
    }

    /// <summary>A name and a value that some series have, the number of the value, and where its postings are.</summary>
    private sealed record FoundPair(string Name, string Value, uint Number, long Offset, int Length);

    private sealed record NumberedTimes(uint Number, TimeMeta Meta);
}
