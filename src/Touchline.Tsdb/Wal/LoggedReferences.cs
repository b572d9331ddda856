using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// References of the head by those of the log. Each is known from a record on, because records are read ahead of their samples: a sample that
/// comes before the labels of its reference belongs to a series whose labels are lost. One writer; readers take no lock.
/// </summary>
internal sealed class LoggedReferences
{
    // The record's number in the upper half, the head's reference in the lower: written at once.
    private readonly PagedArray<ulong> _places = new();

    /// <summary>The head's reference for a sample in a record, or 0.</summary>
    public uint Find(uint logged, uint record)
    {
        var place = _places[logged];
        return (uint)(place >> 32) <= record ? (uint)place : 0;
    }

    /// <summary>The head's reference as of the newest record that was read, or 0.</summary>
    public uint Newest(uint logged) => (uint)_places[logged];

    /// <summary>What is in earlier records must be applied by now where the reference meant another series.</summary>
    public void Set(uint logged, uint reference, uint record)
    {
        if (Newest(logged) != reference)
        {
            _places.Set(logged, ((ulong)record << 32) | reference);
        }
    }
}
