using Touchline.Collectors.Probes;
using Touchline.Configuration.Probes;
using Touchline.Model;
using Touchline.Probes;
using Touchline.Storage;
using Touchline.Tsdb;

namespace Touchline.Health;

/// <summary>
/// The health of the services that are checked, of what the store has of them, so that it survives restarts. The history of each is read once and
/// then only what came since. Thread-safe.
/// </summary>
internal sealed class ServiceHealthReader(Checks checks, TsdbStore store, TimeProvider time)
{
    private const int Days = 30;
    private const int MostIncidents = 100;
    private const long DayMs = 24L * 3600 * 1000;

    /// <summary>So many intervals without a finding are a gap, but no less than a restart takes.</summary>
    private const int GapIntervals = 3;
    private const long LeastGapMs = 60_000;

    /// <summary>The pages may be asked for by anybody, and the store is read no more often than this.</summary>
    private const long LeastAgeMs = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Names in the order of the file.</summary>
    public IReadOnlyList<string> Names(bool onlyPublic) => [.. checks.Loops.Where(loop => !onlyPublic || loop.Config.IsPublic).Select(loop => loop.Config.Name)];

    /// <summary>The services in the order of the file.</summary>
    public IReadOnlyList<ServiceHealth> All(bool onlyPublic, CancellationToken cancellationToken)
    {
        Forget();
        return [.. checks.Loops.Where(loop => !onlyPublic || loop.Config.IsPublic).Select(loop => Of(loop.Config, cancellationToken))];
    }

    /// <summary>A service, null where there is none of that name.</summary>
    public ServiceHealth? Find(string name, bool onlyPublic, CancellationToken cancellationToken)
    {
        var loop = checks.Loops.FirstOrDefault(loop => loop.Config.Name == name && (!onlyPublic || loop.Config.IsPublic));
        return loop is null ? null : Of(loop.Config, cancellationToken);
    }

    private ServiceHealth Of(CheckConfig check, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!_known.TryGetValue(check.Name, out var known) || known.Source != check.Source)
            {
                known = new Known(check.Source, new ServiceHistory(Math.Max(LeastGapMs, GapIntervals * check.IntervalMs)));
                _known[check.Name] = known;
            }
            // While stored data are being loaded, what is read now would be taken for all there is.
            if (nowMs - known.ReadThroughMs >= LeastAgeMs && store.Status().Loading is null)
            {
                Read(check.Name, known, nowMs, cancellationToken);
            }
            return Describe(check.Name, known.History, nowMs);
        }
    }

    private void Read(string name, Known known, long nowMs, CancellationToken cancellationToken)
    {
        var oldest = nowMs - Days * DayMs;
        var from = Math.Max(known.ReadThroughMs + 1, oldest);
        using var querier = store.OpenQuerier(from, nowMs);
        var columns = new SampleColumns();
        var wasUp = known.History.IsUp(known.ReadThroughMs) ?? true;
        var turns = new List<long>();
        foreach (var series in querier.Select(Matchers(name, "probe_success"), sorted: false, cancellationToken))
        {
            series.Read(from, nowMs, columns);
            break;
        }
        for (var i = 0; i < columns.Count; i++)
        {
            if (!double.IsNaN(columns.Values[i]))
            {
                var isUp = columns.Values[i] != 0;
                if (!isUp && (wasUp || turns.Count == 0))
                {
                    turns.Add(columns.Timestamps[i]);
                }
                wasUp = isUp;
            }
        }
        var reasons = turns.Count == 0 ? [] : Reasons(querier, name, from, nowMs, turns, cancellationToken);
        for (var i = 0; i < columns.Count; i++)
        {
            if (!double.IsNaN(columns.Values[i]))
            {
                known.History.Add(columns.Timestamps[i], columns.Values[i] != 0, reasons.GetValueOrDefault(columns.Timestamps[i], ""));
            }
        }
        known.ReadThroughMs = columns.Count > 0 ? columns.Timestamps[^1] : Math.Max(known.ReadThroughMs, oldest);
        known.History.Forget(oldest);
        columns.GiveBack();
    }

    /// <summary>Why it went down, by the times when it did.</summary>
    private static Dictionary<long, string> Reasons(IQuerier querier, string name, long from, long to, List<long> turns, CancellationToken cancellationToken)
    {
        var reasons = new Dictionary<long, string>();
        var columns = new SampleColumns();
        foreach (var series in querier.Select(Matchers(name, CheckLoop.FailureMetric), sorted: false, cancellationToken))
        {
            columns.Clear();
            series.Read(from, to, columns);
            foreach (var turn in turns)
            {
                var at = columns.Timestamps.BinarySearch(turn);
                if (at >= 0 && !StaleMarker.Is(columns.Values[at]))
                {
                    reasons[turn] = series.LabelValue(CheckLoop.ReasonLabel);
                }
            }
        }
        columns.GiveBack();
        return reasons;
    }

    private static LabelMatcher[] Matchers(string name, string metric) =>
    [
        new(Model.MatchType.Equal, LabelNames.MetricName, metric), new(Model.MatchType.Equal, LabelNames.Job, CheckLoop.JobName),
        new(Model.MatchType.Equal, LabelNames.Instance, name),
    ];

    private static ServiceHealth Describe(string name, ServiceHistory history, long nowMs)
    {
        var today = nowMs / DayMs * DayMs;
        var days = new DayHealth[Days];
        for (var i = 0; i < Days; i++)
        {
            var from = today - (Days - 1 - i) * DayMs;
            days[i] = new DayHealth(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(from).UtcDateTime), history.Uptime(from, from + DayMs, nowMs));
        }
        return new ServiceHealth
        {
            Name = name,
            IsUp = history.IsUp(nowMs),
            Since = history.Since() is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null,
            Uptime24Hours = history.Uptime(nowMs - DayMs, nowMs, nowMs),
            Uptime30Days = history.Uptime(nowMs - Days * DayMs, nowMs, nowMs),
            Days = days,
            Incidents = history.Incidents(MostIncidents),
        };
    }

    /// <summary>Lets go of services that are no longer checked.</summary>
    private void Forget()
    {
        lock (_lock)
        {
            var names = checks.Loops.Select(loop => loop.Config.Name).ToHashSet();
            foreach (var gone in _known.Keys.Where(name => !names.Contains(name)).ToList())
            {
                _known.Remove(gone);
            }
        }
    }

    private sealed class Known(string source, ServiceHistory history)
    {
        public string Source { get; } = source;

        public ServiceHistory History { get; } = history;

        public long ReadThroughMs { get; set; }
    }
}
