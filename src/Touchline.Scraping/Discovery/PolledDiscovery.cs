using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>What is asked for all of its targets anew each time.</summary>
internal abstract class PolledDiscovery(long refreshIntervalMs, TimeProvider time) : IRemoteDiscovery
{
    protected TimeProvider Time => time;

    public TimeSpan Interval => TimeSpan.FromMilliseconds(refreshIntervalMs);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public abstract DiscoveryHealth Health { get; }

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            // No longer than until the next time, so that a server that hangs is asked again.
            using var timeout = new CancellationTokenSource(Interval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var groups = await AskAsync(either.Token).ConfigureAwait(false);
            Health.Succeeded();
            var isNew = !StaticConfigs.AreSame(groups, Groups);
            Groups = groups;
            return isNew;
        }
        catch (FetchException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Health.Failed(e.Message);
            return false;
        }
    }

    public abstract void Dispose();

    /// <summary>All targets, in a stable order.</summary>
    /// <exception cref="FetchException">They cannot be had; its message says why.</exception>
    protected abstract Task<IReadOnlyList<StaticConfig>> AskAsync(CancellationToken cancellationToken);
}
