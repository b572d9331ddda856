namespace Touchline.Tsdb.Exchange;

/// <summary>What was found damaged, bounded: a file of noise must not fill the memory with complaints.</summary>
internal sealed class DamageList
{
    private const int MaxEntries = 1000;

    private readonly List<string> _entries = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private long _more;

    public int Count => _entries.Count;

    public void Add(string damage)
    {
        if (_entries.Count == MaxEntries)
        {
            _more++;
        }
        else if (_seen.Add(damage))
        {
            _entries.Add(damage);
        }
    }

    public IReadOnlyList<string> ToList() => _more == 0 ? [.. _entries] : [.. _entries, $"and {_more} more"];
}
