namespace Touchline.Tsdb.Index;

/// <summary>
/// A sparse array in pages, so that it grows without copying what is there. One writer at a time; readers take no lock. A place
/// never written reads as the default.
/// </summary>
internal sealed class PagedArray<T>
{
    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;

    private T[]?[] _pages = new T[]?[16];

    public T? this[uint index]
    {
        get
        {
            var pages = Volatile.Read(ref _pages);
            var page = index >> PageBits;
            return page < (uint)pages.Length && Volatile.Read(ref pages[page]) is { } found ? found[index & (PageSize - 1)] : default;
        }
    }

    public void Set(uint index, T value)
    {
        var page = index >> PageBits;
        if (page >= (uint)_pages.Length)
        {
            var grown = new T[]?[Math.Max(page + 1, (uint)_pages.Length * 2)];
            _pages.CopyTo(grown, 0);
            Volatile.Write(ref _pages, grown);
        }
        if (_pages[page] is not { } items)
        {
            items = new T[PageSize];
            Volatile.Write(ref _pages[page], items);
        }
        items[index & (PageSize - 1)] = value;
    }

    /// <summary>Gives the memory of a page back once everything in it was reset.</summary>
    public void DropPagesWhere(Func<T, bool> isFree)
    {
        for (var page = 0; page < _pages.Length; page++)
        {
            if (_pages[page] is { } items && Array.TrueForAll(items, item => isFree(item)))
            {
                Volatile.Write(ref _pages[page], null);
            }
        }
    }
}
