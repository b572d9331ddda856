using Microsoft.Extensions.Logging;

namespace Touchline.Scraping.Discovery;

/// <summary>How asking for targets goes. Written by those that ask, read from anywhere; thread-safe.</summary>
/// <param name="mechanism">The key of the configuration, <c>http_sd_configs</c>.</param>
/// <param name="source">What is asked, without credentials.</param>
internal sealed class DiscoveryHealth(string mechanism, string source, ILogger logger, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private DateTimeOffset? _lastRefresh;

    public string Mechanism => mechanism;

    public string Source => source;

    /// <summary>When an answer last came; null before the first.</summary>
    public DateTimeOffset? LastRefresh
    {
        get
        {
            lock (_lock)
            {
                return _lastRefresh;
            }
        }
    }

    /// <summary>What fails now; empty where nothing does.</summary>
    public string LastError
    {
        get
        {
            lock (_lock)
            {
                return string.Join("; ", _problems.Values);
            }
        }
    }

    /// <summary>An answer came.</summary>
    /// <param name="part">Which part of it, where a discovery asks for several.</param>
    public void Succeeded(string part = "")
    {
        lock (_lock)
        {
            _problems.Remove(part);
            _lastRefresh = time.GetUtcNow();
        }
    }

    /// <summary>What failed matters no more, though no answer came.</summary>
    /// <inheritdoc cref="Succeeded"/>
    public void Forget(string part = "")
    {
        lock (_lock)
        {
            _problems.Remove(part);
        }
    }

    /// <summary>No answer came, or none that can be used: said in the log when it is news.</summary>
    /// <inheritdoc cref="Succeeded"/>
    public void Failed(string problem, string part = "")
    {
        lock (_lock)
        {
            if (_problems.TryGetValue(part, out var before) && before == problem)
            {
                return;
            }
            _problems[part] = problem;
        }
        logger.LogWarning("{Mechanism} {Source}: {Problem}; the targets that it named last stay", mechanism, source, problem);
    }
}
