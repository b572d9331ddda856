namespace Touchline.Tsdb.Head;

/// <summary>Slots of series with consecutive references.</summary>
internal sealed class SeriesPage(HeadMemory memory)
{
    public const int Bits = 9;
    public const int Size = 1 << Bits;

    // Pinned, which such an array costs nothing more: it is of a size that the collector would copy twice before it stays where it is.
    private readonly SeriesSlot[] _slots = GC.AllocateArray<SeriesSlot>(Size, pinned: true);

    public HeadMemory Memory => memory;

    public ref SeriesSlot Slot(uint reference) => ref _slots[reference & (Size - 1)];

    public bool IsEmpty => !Array.Exists(_slots, slot => (slot.Flags & SeriesFlags.Exists) != 0);
}
