using Touchline.PromQL;

namespace Touchline.Queries;

/// <summary>What queries cost since the start, by their text, as many texts as there is room for: of those that were fast the fastest makes room. Thread-safe.</summary>
internal sealed class QueryLedger
{
    public const int MaxTexts = 500;

    /// <summary>What is slower once is looked into when it is asked again.</summary>
    public const double SlowMs = 100;

    /// <summary>Operators of a plan that is kept: so many texts times larger ones would be memory that a client decides about.</summary>
    private const int MaxOperators = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LedgerEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Those with the slowest runs first.</summary>
    public IReadOnlyList<LedgerEntry> Slowest(int count)
    {
        lock (_lock)
        {
            return [.. _entries.Values.OrderByDescending(e => e.SlowestMs).ThenBy(e => e.Slowest.Text, StringComparer.Ordinal).Take(count)];
        }
    }

    /// <summary>Whether a run of this text was slow.</summary>
    public bool WasSlow(string text)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(text, out var entry) && entry.SlowestMs >= SlowMs;
        }
    }

    /// <param name="query">As it was asked.</param>
    /// <param name="elapsed">With the time it waited for its turn.</param>
    /// <param name="statistics">What it read; null where it failed.</param>
    /// <param name="error">Why it failed; null where it did not.</param>
    /// <param name="plan">What its operators cost; null where that was not measured.</param>
    public void Add(NotedQuery query, TimeSpan elapsed, QueryStatistics? statistics, string? error, ExplainedNode? plan = null)
    {
        var ms = elapsed.TotalMilliseconds;
        lock (_lock)
        {
            if (!_entries.TryGetValue(query.Text, out var entry))
            {
                if (_entries.Count == MaxTexts)
                {
                    var fastest = _entries.MinBy(e => e.Value.SlowestMs);
                    if (fastest.Value.SlowestMs > ms)
                    {
                        return;
                    }
                    _entries.Remove(fastest.Key);
                }
                entry = new LedgerEntry(query, ms, statistics);
            }
            else if (ms > entry.SlowestMs)
            {
                entry = entry with { Slowest = query, SlowestMs = ms, Statistics = statistics };
            }
            _entries[query.Text] = entry with
            {
                Runs = entry.Runs + 1,
                Failures = entry.Failures + (error is null ? 0 : 1),
                LastError = error ?? entry.LastError,
                Plan = plan is not null && Operators(plan) <= MaxOperators ? plan : entry.Plan,
                TotalMs = entry.TotalMs + ms,
            };
        }
    }

    private static int Operators(ExplainedNode node) => 1 + node.Children.Sum(Operators);
}

/// <summary>One text: its slowest run, and the sums of all.</summary>
internal sealed record LedgerEntry(NotedQuery Slowest, double SlowestMs, QueryStatistics? Statistics)
{
    public long Runs { get; init; }

    public long Failures { get; init; }

    public string? LastError { get; init; }

    public double TotalMs { get; init; }

    /// <summary>What the operators of its last measured run cost; null before there was one.</summary>
    public ExplainedNode? Plan { get; init; }
}
