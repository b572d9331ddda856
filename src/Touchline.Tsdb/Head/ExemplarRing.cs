using Touchline.Model;

namespace Touchline.Tsdb.Head;

/// <summary>The newest exemplars of all series, in a ring of fixed size. Thread-safe.</summary>
internal sealed class ExemplarRing(int capacity)
{
    private readonly Lock _lock = new();
    private readonly (uint Series, Exemplar Exemplar)[] _ring = new (uint, Exemplar)[capacity];
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

    public void Add(uint series, Exemplar exemplar)
    {
        lock (_lock)
        {
            _ring[_next] = (series, exemplar);
            _next = (_next + 1) % _ring.Length;
            _count = Math.Min(_count + 1, _ring.Length);
        }
    }

    /// <summary>The exemplars kept of a series between the times, oldest first.</summary>
    public List<Exemplar> Of(uint series, long minTime, long maxTime)
    {
        var found = new List<Exemplar>();
        lock (_lock)
        {
            for (var i = 0; i < _count; i++)
            {
                var (owner, exemplar) = _ring[(_next - _count + i + _ring.Length) % _ring.Length];
                if (owner == series && exemplar.TimestampMs >= minTime && exemplar.TimestampMs <= maxTime)
                {
                    found.Add(exemplar);
                }
            }
        }
        return found;
    }
}
