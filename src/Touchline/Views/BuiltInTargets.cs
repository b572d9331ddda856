using Touchline.Model;
using Touchline.Scraping;

namespace Touchline.Views;

/// <summary>How the last look at something built in went.</summary>
internal sealed record CollectionOutcome(DateTimeOffset? At, double DurationMs, int Samples, string Error);

/// <summary>What is watched without a configuration, in the shape of targets, so that it stands beside them. Thread-safe.</summary>
internal sealed class BuiltInTargets
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    /// <param name="outcome">Tells the last outcome; called on any thread.</param>
    public void Add(string job, string instance, string url, long intervalMs, Func<CollectionOutcome> outcome)
    {
        lock (_lock)
        {
            _entries.Add(new Entry(job, Labels.Of(LabelNames.Instance, instance, LabelNames.Job, job), url, intervalMs, outcome));
        }
    }

    public IReadOnlyList<TargetSnapshot> Targets()
    {
        lock (_lock)
        {
            return [.. _entries.Select(Snapshot)];
        }
    }

    private static TargetSnapshot Snapshot(Entry entry)
    {
        var outcome = entry.Outcome();
        return new TargetSnapshot
        {
            JobName = entry.Job,
            ScrapeUrl = entry.Url,
            Labels = entry.Labels,
            DiscoveredLabels = entry.Labels,
            Health = outcome.At is null ? TargetHealth.Unknown : outcome.Error.Length == 0 ? TargetHealth.Up : TargetHealth.Down,
            LastError = outcome.Error,
            LastScrape = outcome.At,
            LastScrapeDurationMs = outcome.DurationMs,
            LastSamples = outcome.Samples,
            ScrapeIntervalMs = entry.IntervalMs,
            ScrapeTimeoutMs = entry.IntervalMs,
        };
    }

    private sealed record Entry(string Job, Labels Labels, string Url, long IntervalMs, Func<CollectionOutcome> Outcome);
}
