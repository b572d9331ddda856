using System.Diagnostics.CodeAnalysis;

namespace Touchline.PromQL.Caching;

/// <summary>
/// The last answers of range queries, so that a dashboard that asks again has only its new steps computed. Those that were not asked for the longest make room. Thread-safe.
/// </summary>
/// <param name="maxBytes">What all answers may take; 0 keeps none.</param>
public sealed class RangeCache(long maxBytes)
{
    /// <summary>One answer may not drive out more than that part of the others.</summary>
    private const int LargestShare = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<RangeKey, LinkedListNode<(RangeKey Key, KeptRange Range)>> _byKey = [];
    private readonly LinkedList<(RangeKey Key, KeptRange Range)> _byUse = []; // The last used first.
    private long _bytes;
    private long _hits;
    private long _partialHits;
    private long _misses;

    public bool IsOff => maxBytes <= 0;

    /// <summary>Answers that needed no evaluation at all.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Answers of which only some steps were computed.</summary>
    public long PartialHits => Interlocked.Read(ref _partialHits);

    /// <summary>Answers that were computed in full, though they could have been kept.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byKey.Count;
            }
        }
    }

    internal bool TryFind(RangeKey key, [NotNullWhen(true)] out KeptRange? range)
    {
        lock (_lock)
        {
            range = null;
            if (_byKey.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                range = node.Value.Range;
            }
            return range is not null;
        }
    }

    internal void Put(RangeKey key, KeptRange range)
    {
        lock (_lock)
        {
            Remove(key);
            var bytes = BytesOf(key, range);
            if (bytes > maxBytes / LargestShare)
            {
                return;
            }
            _byKey.Add(key, _byUse.AddFirst((key, range)));
            Interlocked.Add(ref _bytes, bytes);
            while (_bytes > maxBytes)
            {
                Remove(_byUse.Last!.Value.Key);
            }
        }
    }

    internal void CountHit() => Interlocked.Increment(ref _hits);

    internal void CountPartialHit() => Interlocked.Increment(ref _partialHits);

    internal void CountMiss() => Interlocked.Increment(ref _misses);

    private static long BytesOf(RangeKey key, KeptRange range) => range.Bytes + 2 * key.Query.Length;

    private void Remove(RangeKey key)
    {
        if (_byKey.Remove(key, out var node))
        {
            _byUse.Remove(node);
            Interlocked.Add(ref _bytes, -BytesOf(key, node.Value.Range));
        }
    }
}
