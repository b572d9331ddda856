using Touchline.Model;

namespace Touchline.Tsdb.Blocks;

/// <summary>What a block keeps of a series beside its samples: exemplars, and since when it counts. Few series have any. Not thread-safe.</summary>
internal sealed class SeriesExtras
{
    private readonly List<Exemplar> _exemplars = [];
    private readonly List<long> _created = [];

    /// <summary>Ascending in time, each once.</summary>
    public IReadOnlyList<Exemplar> Exemplars => _exemplars;

    /// <summary>Ascending, each once; ms since the Unix epoch.</summary>
    public IReadOnlyList<long> Created => _created;

    public bool IsEmpty => _exemplars.Count == 0 && _created.Count == 0;

    public SeriesExtras Copy()
    {
        var copy = new SeriesExtras();
        copy.Add(this);
        return copy;
    }

    public void Clear()
    {
        _exemplars.Clear();
        _created.Clear();
    }

    public void Add(SeriesExtras other)
    {
        AddExemplars(other._exemplars);
        foreach (var created in other._created)
        {
            AddCreated(created);
        }
    }

    public void AddExemplars(IEnumerable<Exemplar> exemplars)
    {
        foreach (var exemplar in exemplars)
        {
            var at = _exemplars.Count;
            while (at > 0 && _exemplars[at - 1].TimestampMs > exemplar.TimestampMs)
            {
                at--;
            }
            var known = false;
            for (var same = at - 1; same >= 0 && _exemplars[same].TimestampMs == exemplar.TimestampMs; same--)
            {
                known |= _exemplars[same] == exemplar;
            }
            if (!known)
            {
                _exemplars.Insert(at, exemplar);
            }
        }
    }

    public void AddCreated(long createdMs)
    {
        var at = _created.BinarySearch(createdMs);
        if (at < 0)
        {
            _created.Insert(~at, createdMs);
        }
    }

    /// <summary>Takes the exemplars of deleted times out.</summary>
    public void Remove(ReadOnlySpan<TimeInterval> deleted)
    {
        foreach (var interval in deleted)
        {
            _exemplars.RemoveAll(exemplar => interval.Covers(exemplar.TimestampMs, exemplar.TimestampMs));
        }
    }
}
