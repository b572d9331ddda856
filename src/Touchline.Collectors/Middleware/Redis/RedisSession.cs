using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Asks the server that is watched, and where the configuration says so the other nodes of its cluster. Used by one thread; each question ends by the driver's timeout.</summary>
/// <param name="connection">The driver.</param>
/// <param name="isCluster">Whether keys on other nodes are asked about.</param>
/// <param name="nodePatience">How long a node of a cluster may take. While the driver tries to reach one that is gone, it says nothing.</param>
internal sealed class RedisSession(ConnectionMultiplexer connection, bool isCluster, TimeSpan nodePatience)
{
    private readonly IServer _server = connection.GetServer(connection.GetEndPoints(configuredOnly: true)[0]);

    /// <summary>Those that hold the keys which are looked for.</summary>
    public IReadOnlyList<IServer> Nodes => isCluster ? [.. connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false })] : [_server];

    public RedisResult Ask(string command, params object[] arguments) => _server.Execute(command, arguments);

    /// <summary>A question that a server may refuse, for want of a right or because it is too old; null where it does.</summary>
    public RedisResult? TryAsk(string command, params object[] arguments)
    {
        try
        {
            return _server.Execute(command, arguments);
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException)
        {
            return null;
        }
    }

    /// <summary>Asks about a key; the key stands in <paramref name="arguments"/> too.</summary>
    public async Task<RedisResult?> TryAskAsync(RedisWatchedKey key, string command, params object[] arguments)
    {
        try
        {
            return isCluster
                ? await connection.GetDatabase().ExecuteAsync(command, arguments).WaitAsync(nodePatience)
                : await _server.ExecuteAsync(key.Database, command, arguments, CommandFlags.NoRedirect);
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException || (isCluster && (e is RedisConnectionException or TimeoutException)))
        {
            // Not of the kind that was thought, or on a node of the cluster that is not this one, or not to be had now.
            return null;
        }
    }
}
