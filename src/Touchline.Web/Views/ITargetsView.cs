using Touchline.Model;

namespace Touchline.Web.Views;

/// <summary>What the Targets page shows. Implemented by the executable over the scraper and the built-in collectors. Thread-safe.</summary>
public interface ITargetsView
{
    IReadOnlyList<TargetView> Targets();
}

public enum TargetState
{
    Unknown,
    Up,
    Down,
}

/// <summary>A target as a person sees it. Durations in ms.</summary>
public sealed record TargetView(
    string Job,
    string Url,
    Labels Labels,
    TargetState State,
    string LastError,
    DateTimeOffset? LastScrape,
    double LastScrapeDurationMs,
    int LastSamples,
    long IntervalMs);
