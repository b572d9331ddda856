using System.IO.Hashing;
using System.Text;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>What tells targets of a job apart.</summary>
internal readonly record struct TargetKey(Labels Labels, string Url);

/// <summary>Something to scrape, after relabelling. Immutable.</summary>
internal sealed class Target
{
    public required string JobName { get; init; }

    /// <summary>Labels that every sample gets: those without a leading <c>__</c>.</summary>
    public required Labels Labels { get; init; }

    public required Labels DiscoveredLabels { get; init; }

    public required TargetKey Key { get; init; }

    public required Uri Url { get; init; }

    /// <summary>The URL as people know it, without credentials.</summary>
    public string DisplayUrl => Key.Url;

    public required long IntervalMs { get; init; }

    public required long TimeoutMs { get; init; }

    /// <summary>
    /// Where in the interval this target is scraped, from 0 to below the interval. A hash of what it is, so that targets spread evenly
    /// and keep their place over restarts.
    /// </summary>
    public long OffsetMs =>
        (long)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Key.Labels + Key.Url)) % (ulong)IntervalMs);
}
