using Touchline.Model;

namespace Touchline.Tsdb.Index;

/// <summary>
/// A label name with one of its values in the head, and the references of the series that carry it, ascending. One writer at a time;
/// readers take no lock. The first reference lies in the object itself, because many values are unique to a series.
/// </summary>
internal sealed class LabelPair(uint id, string name, string value)
{
    private uint[] _refs = [];
    private int _count;
    private int _hash; // Made when it is first asked for; never 0 but for a name that has no part in it.

    public uint Id { get; } = id;

    public string Name { get; } = name;

    public string Value { get; } = value;

    /// <summary>Its part of a <see cref="DescriptionlessHash"/>.</summary>
    public int Hash => _hash != 0 ? _hash : _hash = DescriptionlessHash.OfLabel(Name, Value);

    public int Count => Volatile.Read(ref _count);

    public ReadOnlySpan<uint> Refs => List.Span;

    /// <summary>The references that there are now. What is added later is not seen in it.</summary>
    public ReadOnlyMemory<uint> List
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _refs).AsMemory(0, count);
        }
    }

    /// <summary>Adds a reference. References come in ascending order but for the few that a log replays late.</summary>
    public void Add(uint reference)
    {
        if (_count > 0 && _refs[_count - 1] >= reference)
        {
            Insert(reference);
            return;
        }
        if (_count == _refs.Length)
        {
            var grown = new uint[_count == 0 ? 1 : _count * 2];
            _refs.CopyTo(grown, 0);
            Volatile.Write(ref _refs, grown);
        }
        _refs[_count] = reference;
        Volatile.Write(ref _count, _count + 1);
    }

    private void Insert(uint reference)
    {
        var at = _refs.AsSpan(0, _count).BinarySearch(reference);
        if (at >= 0)
        {
            return;
        }
        var inserted = new uint[_count + 1];
        _refs.AsSpan(0, ~at).CopyTo(inserted);
        inserted[~at] = reference;
        _refs.AsSpan(~at, _count - ~at).CopyTo(inserted.AsSpan(~at + 1));
        Volatile.Write(ref _refs, inserted);
        Volatile.Write(ref _count, _count + 1);
    }
}
