using System.Collections.Concurrent;
using Touchline.Model;

namespace Touchline.Tsdb.Index;

/// <summary>
/// The inverted index of the head: series by labels, and postings by label pair. Writers hold the head's creation lock; readers
/// take none. Series are never removed: when enough of them are gone, the index is built anew without them and swapped whole, so a
/// reader keeps the one that it began with.
/// </summary>
internal sealed class HeadIndex : ILabelIndex, ILabelValueSource
{
    // A series' pairs: their number, then their ids, in the order of label names. A series never straddles two slabs.
    private const int SlabBits = 16;
    private const int SlabSize = 1 << SlabBits;

    private readonly ConcurrentDictionary<string, HeadLabel> _labels = new(StringComparer.Ordinal);
    private readonly AppendOnlyList<LabelPair> _pairs = new(64);
    private readonly IdTable _byLabels = new();
    private readonly PagedArray<uint> _startOf = new();
    private readonly AppendOnlyList<uint[]> _slabs = new();
    private readonly LabelPair _all = new(uint.MaxValue, "", "");
    private int _slabUsed = SlabSize;

    public int SeriesCount => _all.Count;

    public int PairCount => _pairs.Count;

    public IEnumerable<HeadLabel> Labels => _labels.Values;

    public HeadLabel? FindLabel(string name) => _labels.GetValueOrDefault(name);

    public ReadOnlySpan<uint> AllRefs => _all.Refs;

    /// <summary>Starts a search for the series with exactly these labels; several where some of them are gone.</summary>
    public IdTable.Probe Search(Labels labels) => _byLabels.Find((uint)labels.GetHashCode());

    public bool Next(ref IdTable.Probe search, Labels labels, out uint reference)
    {
        while (search.Next(out reference))
        {
            if (Is(reference, labels))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>As the other, for pairs of this index.</summary>
    public IdTable.Probe Search(int hash) => _byLabels.Find((uint)hash);

    public bool Next(ref IdTable.Probe search, ReadOnlySpan<uint> pairs, out uint reference)
    {
        while (search.Next(out reference))
        {
            if (PairIdsOf(reference).SequenceEqual(pairs))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Adds a series that is not there yet.</summary>
    public void Add(uint reference, Labels labels)
    {
        var ids = Place(labels.Count, out var start);
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = PairOf(labels[i]).Id;
        }
        Add(reference, start, labels.GetHashCode(), ids);
    }

    /// <summary>As the other, for pairs of this index and the hash of the labels that they are.</summary>
    public void Add(uint reference, ReadOnlySpan<uint> pairs, int hash)
    {
        var ids = Place(pairs.Length, out var start);
        pairs.CopyTo(ids);
        Add(reference, start, hash, ids);
    }

    /// <summary>Compares two series of this index by their labels, without making label sets of them.</summary>
    public int Compare(uint left, uint right)
    {
        var leftIds = PairIdsOf(left);
        var rightIds = PairIdsOf(right);
        for (var i = 0; i < Math.Min(leftIds.Length, rightIds.Length); i++)
        {
            if (leftIds[i] == rightIds[i])
            {
                continue;
            }
            var (leftPair, rightPair) = (_pairs[(int)leftIds[i]], _pairs[(int)rightIds[i]]);
            var order = string.CompareOrdinal(leftPair.Name, rightPair.Name);
            return order != 0 ? order : string.CompareOrdinal(leftPair.Value, rightPair.Value);
        }
        return leftIds.Length.CompareTo(rightIds.Length);
    }

    /// <summary>The labels of a series of this index; strings are shared.</summary>
    public Labels LabelsOf(uint reference)
    {
        var ids = PairIdsOf(reference);
        var labels = new Label[ids.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var pair = _pairs[(int)ids[i]];
            labels[i] = new Label(pair.Name, pair.Value);
        }
        return Model.Labels.FromSorted(labels);
    }

    /// <summary>The value of one label of a series of this index, or the empty string.</summary>
    public string ValueOf(uint reference, string name)
    {
        foreach (var id in PairIdsOf(reference))
        {
            var pair = _pairs[(int)id];
            if (pair.Name == name)
            {
                return pair.Value;
            }
        }
        return "";
    }

    public ulong DescriptionlessHashOf(uint reference)
    {
        var hash = default(DescriptionlessHash);
        foreach (var id in PairIdsOf(reference))
        {
            hash.Add(_pairs[(int)id].Hash);
        }
        return hash.Value;
    }

    /// <summary>An index of the given series only.</summary>
    public HeadIndex Rebuild(ReadOnlySpan<uint> living)
    {
        var rebuilt = new HeadIndex();
        foreach (var reference in living)
        {
            rebuilt.Add(reference, LabelsOf(reference));
        }
        return rebuilt;
    }

    public uint[] AllSeries() => _all.Refs.ToArray();

    public IReadOnlyList<string> LabelNames() => [.. _labels.Keys];

    public uint[] SeriesWith(string name, string value) => ListOf(name, value).ToArray();

    public ReadOnlyMemory<uint> ListOf(string name, string value) =>
        _labels.TryGetValue(name, out var label) && label.Find(value) is { } pair ? pair.List : default;

    public IEnumerable<LabelValue> ValuesOf(string name) =>
        _labels.TryGetValue(name, out var label) ? ValuesOf(label) : [];

    public uint[] SeriesAt(uint position) => _pairs[(int)position].Refs.ToArray();

    private IEnumerable<LabelValue> ValuesOf(HeadLabel label)
    {
        var count = label.Pairs.Length;
        for (var i = 0; i < count; i++)
        {
            var pair = label.Pairs[i];
            yield return new LabelValue(pair.Value, this, pair.Id);
        }
    }

    private ReadOnlySpan<uint> PairIdsOf(uint reference)
    {
        var start = _startOf[reference] - 1;
        var slab = _slabs[(int)(start >> SlabBits)];
        var at = (int)(start & (SlabSize - 1));
        return slab.AsSpan(at + 1, (int)slab[at]);
    }

    private bool Is(uint reference, Labels labels)
    {
        var ids = PairIdsOf(reference);
        if (ids.Length != labels.Count)
        {
            return false;
        }
        for (var i = 0; i < ids.Length; i++)
        {
            var pair = _pairs[(int)ids[i]];
            if (pair.Value != labels[i].Value || pair.Name != labels[i].Name)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The pair of a label; made where there is none.</summary>
    public LabelPair PairOf(Label label)
    {
        if (!_labels.TryGetValue(label.Name, out var known))
        {
            known = new HeadLabel(label.Name);
            _labels[label.Name] = known;
        }
        if (known.Find(label.Value) is { } found)
        {
            return found;
        }
        var pair = new LabelPair((uint)_pairs.Count, known.Name, label.Value);
        _pairs.Add(pair);
        known.Add(pair);
        return pair;
    }

    /// <summary>Room for the pairs of a series.</summary>
    private Span<uint> Place(int pairs, out uint start)
    {
        var slab = SlabFor(pairs + 1);
        start = (uint)((_slabs.Count - 1) << SlabBits | _slabUsed);
        slab[_slabUsed] = (uint)pairs;
        var ids = slab.AsSpan(_slabUsed + 1, pairs);
        _slabUsed += pairs + 1;
        return ids;
    }

    private void Add(uint reference, uint start, int hash, ReadOnlySpan<uint> ids)
    {
        _startOf.Set(reference, start + 1);
        _byLabels.Add((uint)hash, reference);
        foreach (var id in ids)
        {
            _pairs[(int)id].Add(reference);
        }
        _all.Add(reference);
    }

    private uint[] SlabFor(int length)
    {
        if (_slabUsed + length > SlabSize)
        {
            _slabs.Add(new uint[SlabSize]);
            _slabUsed = 0;
        }
        return _slabs[_slabs.Count - 1];
    }
}
