using System.Collections;

namespace Touchline.Configuration.Probes.Expressions;

/// <summary>A list that can be gone through until a deadline: what an expression does with each of its items, and with each of those again, has an end.</summary>
internal sealed class CelList(object?[] items, CancellationToken deadline) : IList<object?>, IList, IReadOnlyList<object?>
{
    public int Count => items.Length;

    public bool IsReadOnly => true;

    public bool IsFixedSize => true;

    public bool IsSynchronized => false;

    public object SyncRoot => this;

    public object? this[int index]
    {
        get
        {
            deadline.ThrowIfCancellationRequested();
            return items[index];
        }
        set => throw new NotSupportedException();
    }

    public IEnumerator<object?> GetEnumerator()
    {
        foreach (var item in items)
        {
            deadline.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Contains(object? item) => IndexOf(item) >= 0;

    public int IndexOf(object? item) => Array.IndexOf(items, item);

    public void CopyTo(object?[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    public void CopyTo(Array array, int index) => items.CopyTo(array, index);

    public void Add(object? item) => throw new NotSupportedException();

    int IList.Add(object? value) => throw new NotSupportedException();

    public void Clear() => throw new NotSupportedException();

    public void Insert(int index, object? item) => throw new NotSupportedException();

    public bool Remove(object? item) => throw new NotSupportedException();

    void IList.Remove(object? value) => throw new NotSupportedException();

    public void RemoveAt(int index) => throw new NotSupportedException();
}
