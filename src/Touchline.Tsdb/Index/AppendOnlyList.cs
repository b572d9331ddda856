namespace Touchline.Tsdb.Index;

/// <summary>A list that only grows: one writer at a time, readers take no lock and see every item that was added before they looked.</summary>
internal sealed class AppendOnlyList<T>(int capacity = 4)
{
    private T[] _items = new T[capacity];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public T this[int index] => Volatile.Read(ref _items)[index];

    public ReadOnlySpan<T> Items
    {
        get
        {
            // Count before items: a later array holds at least as much.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _items).AsSpan(0, count);
        }
    }

    public void Add(T item)
    {
        if (_count == _items.Length)
        {
            var grown = new T[_items.Length * 2];
            _items.CopyTo(grown, 0);
            Volatile.Write(ref _items, grown);
        }
        _items[_count] = item;
        Volatile.Write(ref _count, _count + 1);
    }
}
