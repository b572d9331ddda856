using Touchline.Model;

namespace Touchline.Scraping;

/// <summary>How the last scrape of a target went.</summary>
public enum TargetHealth
{
    /// <summary>Not scraped yet.</summary>
    Unknown,
    Up,
    Down,
}

/// <summary>A target as it is now. Durations in ms; <see cref="LastScrape"/> is null before the first one.</summary>
public sealed record TargetSnapshot
{
    public required string JobName { get; init; }

    /// <summary>The URL without credentials.</summary>
    public required string ScrapeUrl { get; init; }

    /// <summary>Labels after relabelling, those that every sample gets.</summary>
    public required Labels Labels { get; init; }

    /// <summary>Labels as discovered, <c>__address__</c> and <c>__meta_*</c> among them.</summary>
    public required Labels DiscoveredLabels { get; init; }

    public TargetHealth Health { get; init; }

    /// <summary>False where it is no address that can be scraped; the error says why.</summary>
    public bool IsUsable { get; init; } = true;

    /// <summary>Empty where the last scrape was fine; names what was left out where the rest was stored.</summary>
    public string LastError { get; init; } = "";

    /// <summary>Metrics that break a limit and are left out.</summary>
    public IReadOnlyList<QuarantinedMetric> Quarantined { get; init; } = [];

    public DateTimeOffset? LastScrape { get; init; }

    public double LastScrapeDurationMs { get; init; }

    public int LastSamples { get; init; }

    public long ScrapeIntervalMs { get; init; }

    public long ScrapeTimeoutMs { get; init; }
}

/// <summary>A target that relabelling dropped.</summary>
/// <param name="Step">The index of the step of the job's relabel_configs that dropped it.</param>
/// <param name="StepText">That step, as the configuration has it.</param>
public sealed record DroppedTarget(string JobName, Labels DiscoveredLabels, int Step, string StepText);

/// <summary>How one discovery of a job does.</summary>
public sealed record DiscoverySnapshot
{
    public required string JobName { get; init; }

    /// <summary>The key of the configuration, <c>http_sd_configs</c>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>What is asked: an address, names, files; without credentials.</summary>
    public required string Source { get; init; }

    /// <summary>Addresses that it names, those that relabelling drops among them.</summary>
    public required int Addresses { get; init; }

    /// <summary>When it last answered well; null before the first time.</summary>
    public DateTimeOffset? LastRefresh { get; init; }

    /// <summary>Why the last try failed; empty where it did not.</summary>
    public string LastError { get; init; } = "";
}

/// <summary>A metric of a target that is not stored, and the limit that it breaks.</summary>
public sealed record QuarantinedMetric(string Name, string Reason);
