using Microsoft.Extensions.Logging;

namespace Touchline.Tsdb;

/// <summary>What was found damaged, each once, bounded: a broken disk must not fill the memory with its complaints. Thread-safe.</summary>
internal sealed class DamageLog(ILogger logger)
{
    private const int MaxEntries = 100;

    private readonly Lock _lock = new();
    private readonly List<string> _entries = [];
    private long _more;

    public void Add(string damage)
    {
        lock (_lock)
        {
            if (_entries.Contains(damage))
            {
                return;
            }
            if (_entries.Count == MaxEntries)
            {
                _more++;
                return;
            }
            _entries.Add(damage);
        }
        logger.LogError("damaged data: {Damage}", damage);
    }

    public IReadOnlyList<string> Entries()
    {
        lock (_lock)
        {
            return _more == 0 ? [.. _entries] : [.. _entries, $"and {_more} more"];
        }
    }
}
