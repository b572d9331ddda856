using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// The labels of a block's series, collected in the order of the series: names, the values of each name, and who has them. Numbers
/// are given as they come and put in order at the end. Format: docs/formats/index.md.
/// </summary>
internal sealed class LabelTable
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<string> _nameTexts = [];
    private readonly Dictionary<(int Name, string Value), int> _values = [];
    private readonly List<(int Name, string Text)> _valueTexts = [];
    private readonly Dictionary<int[], int> _shapes = new(new SameNumbers());
    private readonly List<int[]> _shapeNames = [];

    // One value per label, series after series, and one shape (which names) a series: in pages, because there may be millions, and a list of them
    // would be copied as it grows and leave its garbage among the large objects.
    private readonly PagedArray<int> _pairs = new();
    private readonly PagedArray<int> _seriesShapes = new();
    private uint _pairCount;
    private uint _seriesCount;
    private int[] _scratch = new int[16];

    public void Add(Labels labels)
    {
        if (_scratch.Length < labels.Count)
        {
            _scratch = new int[labels.Count];
        }
        var names = _scratch.AsSpan(0, labels.Count);
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = NameOf(labels[i].Name);
            _pairs.Set(_pairCount++, ValueOf(names[i], labels[i].Value));
        }
        var shape = ShapeOf(names);
        _seriesShapes.Set(_seriesCount++, shape);
    }

    /// <summary>Hands over the sections, one after the other; the buffer is valid until the next.</summary>
    public void WriteTo(Action<IndexSection, ByteBuffer> write)
    {
        var nameOrder = Order(_nameTexts.Count, (left, right) => string.CompareOrdinal(_nameTexts[left], _nameTexts[right]));
        var nameRanks = Ranks(nameOrder);
        var valueOrder = Order(_valueTexts.Count, (left, right) =>
        {
            var (a, b) = (_valueTexts[left], _valueTexts[right]);
            return a.Name != b.Name ? nameRanks[a.Name].CompareTo(nameRanks[b.Name]) : string.CompareOrdinal(a.Text, b.Text);
        });
        var valueRanks = Ranks(valueOrder);
        var firstValues = FirstValues(nameOrder, valueOrder);
        var section = new ByteBuffer(64 * 1024);
        WriteNames(nameOrder, nameRanks, firstValues, section);
        write(IndexSection.Names, section);

        var postings = new ByteBuffer(64 * 1024);
        var values = new GroupedSectionWriter();
        WriteValues(valueOrder, valueRanks, values, postings);
        section.Clear();
        values.WriteTo(section);
        write(IndexSection.Values, section);
        write(IndexSection.Postings, postings);

        var series = new GroupedSectionWriter();
        WriteSeries(valueRanks, nameRanks, firstValues, series);
        section.Clear();
        series.WriteTo(section);
        write(IndexSection.Series, section);
    }

    private int NameOf(string text)
    {
        if (!_names.TryGetValue(text, out var number))
        {
            number = _nameTexts.Count;
            _names.Add(text, number);
            _nameTexts.Add(text);
        }
        return number;
    }

    private int ValueOf(int name, string text)
    {
        if (!_values.TryGetValue((name, text), out var number))
        {
            number = _valueTexts.Count;
            _values.Add((name, text), number);
            _valueTexts.Add((name, text));
        }
        return number;
    }

    private int ShapeOf(ReadOnlySpan<int> names)
    {
        if (_seriesCount > 0 && names.SequenceEqual(_shapeNames[_seriesShapes[_seriesCount - 1]]))
        {
            return _seriesShapes[_seriesCount - 1];
        }
        var key = names.ToArray();
        if (!_shapes.TryGetValue(key, out var number))
        {
            number = _shapeNames.Count;
            _shapes.Add(key, number);
            _shapeNames.Add(key);
        }
        return number;
    }

    private static int[] Order(int count, Comparison<int> compare)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }
        Array.Sort(order, compare);
        return order;
    }

    private static int[] Ranks(int[] order)
    {
        var ranks = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            ranks[order[i]] = i;
        }
        return ranks;
    }

    /// <summary>By rank of a name, the rank of its first value.</summary>
    private int[] FirstValues(int[] nameOrder, int[] valueOrder)
    {
        var first = new int[nameOrder.Length];
        var at = 0;
        for (var rank = 0; rank < nameOrder.Length; rank++)
        {
            first[rank] = at;
            while (at < valueOrder.Length && _valueTexts[valueOrder[at]].Name == nameOrder[rank])
            {
                at++;
            }
        }
        return first;
    }

    private void WriteNames(int[] nameOrder, int[] nameRanks, int[] firstValues, ByteBuffer section)
    {
        section.WriteVarint((ulong)nameOrder.Length);
        for (var rank = 0; rank < nameOrder.Length; rank++)
        {
            section.WriteString(_nameTexts[nameOrder[rank]]);
            section.WriteVarint((ulong)((rank + 1 < firstValues.Length ? firstValues[rank + 1] : _valueTexts.Count) - firstValues[rank]));
        }
        section.WriteVarint((ulong)_shapeNames.Count);
        foreach (var shape in _shapeNames)
        {
            section.WriteVarint((ulong)shape.Length);
            foreach (var name in shape)
            {
                section.WriteVarint((ulong)nameRanks[name]);
            }
        }
    }

    private void WriteValues(int[] valueOrder, int[] valueRanks, GroupedSectionWriter values, ByteBuffer postings)
    {
        var (owners, starts) = CollectOwners(valueRanks);
        var (text, before) = (new ByteBuffer(), new ByteBuffer());
        for (var rank = 0; rank < valueOrder.Length; rank++)
        {
            (text, before) = (before, text);
            text.Clear();
            text.WriteBytes(Encoding.UTF8.GetBytes(_valueTexts[valueOrder[rank]].Text));
            var first = values.Begin(postings.Length);
            var shared = first ? 0 : text.Written.CommonPrefixLength(before.Written);
            var start = postings.Length;
            PostingsCodec.Write(owners.AsSpan(starts[rank], starts[rank + 1] - starts[rank]), postings);
            if (!first)
            {
                values.Entries.WriteVarint((ulong)shared);
            }
            values.Entries.WriteVarint((ulong)(text.Length - shared));
            values.Entries.WriteBytes(text.Written[shared..]);
            values.Entries.WriteVarint((ulong)(postings.Length - start));
        }
    }

    /// <summary>The series of every value by rank, one list after the other, and where each list starts.</summary>
    private (uint[] Owners, int[] Starts) CollectOwners(int[] valueRanks)
    {
        var starts = new int[valueRanks.Length + 1];
        for (var pair = 0u; pair < _pairCount; pair++)
        {
            starts[valueRanks[_pairs[pair]] + 1]++;
        }
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }
        var next = starts.AsSpan(0, valueRanks.Length).ToArray();
        var owners = new uint[_pairCount];
        var at = 0u;
        for (var series = 0u; series < _seriesCount; series++)
        {
            for (var end = at + (uint)_shapeNames[_seriesShapes[series]].Length; at < end; at++)
            {
                owners[next[valueRanks[_pairs[at]]]++] = series;
            }
        }
        return (owners, starts);
    }

    private void WriteSeries(int[] valueRanks, int[] nameRanks, int[] firstValues, GroupedSectionWriter series)
    {
        var at = 0u;
        var before = 0u; // Where the labels of the series before begin.
        for (var number = 0u; number < _seriesCount; number++)
        {
            var shape = _seriesShapes[number];
            var names = _shapeNames[shape];
            var first = series.Begin(0);
            if (first || shape != _seriesShapes[number - 1])
            {
                series.Entries.WriteVarint(((ulong)shape << 1) | 1);
                for (var i = 0; i < names.Length; i++)
                {
                    series.Entries.WriteVarint((ulong)(valueRanks[_pairs[at + (uint)i]] - firstValues[nameRanks[names[i]]]));
                }
            }
            else
            {
                var shared = 0u;
                while (shared < names.Length && _pairs[at + shared] == _pairs[before + shared])
                {
                    shared++;
                }
                series.Entries.WriteVarint((ulong)shared << 1);
                for (var i = shared; i < names.Length; i++)
                {
                    series.Entries.WriteZigZag((long)valueRanks[_pairs[at + i]] - valueRanks[_pairs[before + i]]);
                }
            }
            before = at;
            at += (uint)names.Length;
        }
    }

    private sealed class SameNumbers : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj)
        {
            var hash = default(HashCode);
            foreach (var number in obj)
            {
                hash.Add(number);
            }
            return hash.ToHashCode();
        }
    }
}
