using Touchline.RemoteWrite.Sending.Queueing;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>
/// What was sent to a remote before it began here, by a process before or with other settings. Each of its shards had sent everything of its own up
/// to a place, and after that, before the end, some more in the order of the queue that nobody noted.
/// </summary>
/// <param name="shards">The places that were noted; empty where none were, or where series go to other shards now.</param>
internal sealed class SentBefore(IReadOnlyList<QueuePosition> shards)
{
    /// <summary>Whether a sample in the record that ends there was sent.</summary>
    public bool Has(RemoteSeries series, QueuePosition end) => shards.Count > 0 && end.CompareTo(shards[ShardOf(series)]) <= 0;

    /// <summary>The shard that the series was in: its samples were sent in the order of the queue.</summary>
    public int ShardOf(RemoteSeries series) => shards.Count > 0 ? (int)(series.Hash % (uint)shards.Count) : 0;
}
