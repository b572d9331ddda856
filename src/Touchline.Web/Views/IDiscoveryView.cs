using Touchline.Model;

namespace Touchline.Web.Views;

/// <summary>What the page on service discovery shows. Implemented by the executable over the scraper. Thread-safe.</summary>
public interface IDiscoveryView
{
    /// <summary>Every job of the configuration, in its order.</summary>
    IReadOnlyList<DiscoveryJobView> Jobs();
}

/// <summary>What a job's discovery found.</summary>
/// <param name="Dropped">How many targets relabelling dropped, those that are not remembered among them.</param>
public sealed record DiscoveryJobView(string Job, IReadOnlyList<DiscoverySourceView> Sources, IReadOnlyList<DiscoveredTargetView> Targets, int Dropped);

/// <summary>A way in which a job finds targets.</summary>
/// <param name="Mechanism">The key of the configuration.</param>
/// <param name="Source">What is asked.</param>
/// <param name="Addresses">How many addresses it names.</param>
/// <param name="LastRefresh">When it last answered well; null before the first time.</param>
/// <param name="LastError">Why it does not; empty where it does.</param>
public sealed record DiscoverySourceView(string Mechanism, string Source, int Addresses, DateTimeOffset? LastRefresh, string LastError);

/// <summary>Something that was discovered, before and after relabelling.</summary>
/// <param name="Labels">Those that its samples get; null where it is dropped.</param>
/// <param name="Url">Empty where it is dropped.</param>
/// <param name="DroppedBy">The relabelling step that dropped it, as text; null where none did.</param>
/// <param name="Problem">Why it cannot be scraped; empty where it can.</param>
public sealed record DiscoveredTargetView(Labels Discovered, Labels? Labels, string Url, string? DroppedBy, string Problem)
{
    public bool IsDropped => DroppedBy is not null;
}
