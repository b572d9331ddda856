using Touchline.Collectors;
using Touchline.Model;
using Touchline.Scraping;

namespace Touchline.Views;

/// <summary>What is watched without a configuration, in the shape of targets, so that it stands beside them. Thread-safe.</summary>
internal sealed class BuiltInTargets
{
    private readonly Lock _lock = new();
    private readonly List<(string Url, CollectionLoop Loop)> _entries = [];

    /// <param name="url">Where the same figures can be read as text.</param>
    public void Add(string url, CollectionLoop loop)
    {
        lock (_lock)
        {
            _entries.Add((url, loop));
        }
    }

    public void Remove(CollectionLoop loop)
    {
        lock (_lock)
        {
            _entries.RemoveAll(entry => entry.Loop == loop);
        }
    }

    public IReadOnlyList<TargetSnapshot> Targets()
    {
        lock (_lock)
        {
            return [.. _entries.Select(entry => Snapshot(entry.Url, entry.Loop.Snapshot))];
        }
    }

    private static TargetSnapshot Snapshot(string url, CollectionSnapshot collection)
    {
        var labels = Labels.Of(LabelNames.Instance, collection.Instance, LabelNames.Job, collection.JobName);
        var intervalMs = (long)collection.Interval.TotalMilliseconds;
        return new TargetSnapshot
        {
            JobName = collection.JobName,
            ScrapeUrl = url,
            Labels = labels,
            DiscoveredLabels = labels,
            Health = collection.LastCollection is null ? TargetHealth.Unknown : collection.LastError.Length == 0 ? TargetHealth.Up : TargetHealth.Down,
            LastError = collection.LastError,
            LastScrape = collection.LastCollection,
            LastScrapeDurationMs = collection.LastDuration.TotalMilliseconds,
            LastSamples = collection.LastSamples,
            ScrapeIntervalMs = intervalMs,
            ScrapeTimeoutMs = intervalMs,
        };
    }
}
