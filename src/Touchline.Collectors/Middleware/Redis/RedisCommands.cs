using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Which commands the driver may say.</summary>
internal static class RedisCommands
{
    /// <summary>
    /// What says CLUSTER and SENTINEL. A driver that knows these commands acts on what it hears: it connects to every node of the cluster and subscribes to news, for each server that is
    /// watched. So they go under the names of two commands that nobody says to what is only watched.
    /// </summary>
    public const string Cluster = "MIGRATE";

    /// <inheritdoc cref="Cluster"/>
    public const string Sentinel = "SYNC";

    /// <param name="followsCluster">Whether the driver may go to the other nodes of a cluster, for keys that are there.</param>
    public static CommandMap Map(bool followsCluster)
    {
        var names = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [Cluster] = "CLUSTER",
            [Sentinel] = "SENTINEL",
            ["SENTINEL"] = null,
            ["SUBSCRIBE"] = null,
            // A Sentinel knows PING, and the driver would take ECHO first.
            ["ECHO"] = null,
        };
        if (!followsCluster)
        {
            names["CLUSTER"] = null;
        }
        return CommandMap.Create(names);
    }
}
