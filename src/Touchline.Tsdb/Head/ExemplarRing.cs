using Touchline.Model;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Head;

/// <summary>The newest exemplars of all series, in a ring of fixed size. Thread-safe.</summary>
internal sealed class ExemplarRing(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Exemplar> _newest = [];
    private (uint Series, Exemplar Exemplar)[] _ring = new (uint, Exemplar)[Math.Min(capacity, 64)];
    private int _next;
    private int _count;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Whether a series has not got this exemplar, nor one as new: exporters show the same one until they have another.</summary>
    public bool IsNews(uint series, Exemplar exemplar)
    {
        lock (_lock)
        {
            return !_newest.TryGetValue(series, out var newest) || exemplar.TimestampMs > newest.TimestampMs
                || (exemplar.TimestampMs == newest.TimestampMs && exemplar != newest);
        }
    }

    public void Add(uint series, Exemplar exemplar)
    {
        lock (_lock)
        {
            if (_count == _ring.Length && _count < capacity)
            {
                Grow();
            }
            if (_count == _ring.Length)
            {
                var (oldest, forgotten) = _ring[_next];
                if (_newest.TryGetValue(oldest, out var newest) && ReferenceEquals(newest, forgotten))
                {
                    _newest.Remove(oldest);
                }
            }
            _ring[_next] = (series, exemplar);
            _newest[series] = exemplar;
            _next = (_next + 1) % _ring.Length;
            _count = Math.Min(_count + 1, _ring.Length);
        }
    }

    /// <summary>The exemplars between the times, both inclusive, in the order in which they came.</summary>
    public List<(uint Series, Exemplar Exemplar)> Within(long minTime, long maxTime)
    {
        var found = new List<(uint, Exemplar)>();
        lock (_lock)
        {
            for (var i = 0; i < _count; i++)
            {
                var entry = _ring[(_next - _count + i + _ring.Length) % _ring.Length];
                if (entry.Exemplar.TimestampMs >= minTime && entry.Exemplar.TimestampMs <= maxTime)
                {
                    found.Add(entry);
                }
            }
        }
        return found;
    }

    /// <summary>Forgets those that a block holds by now.</summary>
    public void RemoveBefore(long time)
    {
        lock (_lock)
        {
            Remove((_, exemplar) => exemplar.TimestampMs < time);
        }
    }

    /// <summary>Forgets those of a series that were deleted.</summary>
    public void Remove(uint series, TimeInterval deleted)
    {
        lock (_lock)
        {
            if (_newest.ContainsKey(series))
            {
                Remove((owner, exemplar) => owner == series && deleted.Covers(exemplar.TimestampMs, exemplar.TimestampMs));
            }
        }
    }

    private void Remove(Func<uint, Exemplar, bool> which)
    {
        var kept = new List<(uint, Exemplar)>(_count);
        for (var i = 0; i < _count; i++)
        {
            var entry = _ring[(_next - _count + i + _ring.Length) % _ring.Length];
            if (!which(entry.Series, entry.Exemplar))
            {
                kept.Add(entry);
            }
            else if (_newest.TryGetValue(entry.Series, out var newest) && ReferenceEquals(newest, entry.Exemplar))
            {
                _newest.Remove(entry.Series);
            }
        }
        Array.Clear(_ring);
        kept.CopyTo(_ring);
        _count = kept.Count;
        _next = _count % _ring.Length;
    }

    // Only while nothing was overwritten yet, so the entries stand in order from the start.
    private void Grow()
    {
        Array.Resize(ref _ring, Math.Min(capacity, 2 * _ring.Length));
        _next = _count;
    }
}
