using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Head;

/// <summary>The series of the head by reference. One writer at a time; readers take no lock.</summary>
/// <param name="memories">Where samples go, by the series' page; a power of two of them.</param>
internal sealed class SeriesTable(params HeadMemory[] memories)
{
    private readonly PagedArray<SeriesPage> _pages = new();

    public HeadSeries? Find(uint reference) =>
        _pages[reference >> SeriesPage.Bits] is { } page && (Volatile.Read(ref page.Slot(reference).Flags) & SeriesFlags.Exists) != 0
            ? new HeadSeries(page, reference)
            : null;

    public HeadSeries Create(uint reference)
    {
        if (_pages[reference >> SeriesPage.Bits] is not { } page)
        {
            page = new SeriesPage(memories[(reference >> SeriesPage.Bits) & (uint)(memories.Length - 1)]);
            _pages.Set(reference >> SeriesPage.Bits, page);
        }
        ref var slot = ref page.Slot(reference);
        slot.Codec.LastTime = slot.TimeBeforeCommit = long.MinValue;
        Volatile.Write(ref slot.Flags, SeriesFlags.Exists);
        return new HeadSeries(page, reference);
    }

    /// <summary>Forgets a series; who holds it sees that it is removed.</summary>
    public void Remove(uint reference)
    {
        if (_pages[reference >> SeriesPage.Bits] is not { } page)
        {
            return;
        }
        Volatile.Write(ref page.Slot(reference).Flags, SeriesFlags.Removed);
        if (page.IsEmpty)
        {
            _pages.Set(reference >> SeriesPage.Bits, null!);
        }
    }
}
