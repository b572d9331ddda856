using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>Something that is asked over the network for targets. Asked by one task at a time; the groups may be read from anywhere.</summary>
internal interface IRemoteDiscovery : IDisposable
{
    TimeSpan Interval { get; }

    /// <summary>What the last good answer said, in a stable order; empty before the first.</summary>
    IReadOnlyList<StaticConfig> Groups { get; }

    /// <summary>Asks; true where the groups are others than before. What cannot be asked keeps what it said last, and is said in the log.</summary>
    Task<bool> RefreshAsync(CancellationToken cancellationToken);
}
