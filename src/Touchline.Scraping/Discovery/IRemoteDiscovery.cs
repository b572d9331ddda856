using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>Something that is asked over the network for targets. Asked by one task at a time; the groups and the health may be read from anywhere.</summary>
internal interface IRemoteDiscovery : IDisposable
{
    /// <summary>How long to wait from one answer until it is asked again.</summary>
    TimeSpan Interval { get; }

    /// <summary>What the last good answer said, in a stable order; empty before the first.</summary>
    IReadOnlyList<StaticConfig> Groups { get; }

    DiscoveryHealth Health { get; }

    /// <summary>
    /// Asks, or waits for what it is told; true where the groups are others than before. What cannot be asked keeps what it said last, and says so
    /// in its health.
    /// </summary>
    Task<bool> RefreshAsync(CancellationToken cancellationToken);
}
