using Touchline.Configuration;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>One Redis that is watched.</summary>
/// <param name="Url">Where it is, as <see cref="RedisAddress"/> reads it.</param>
/// <param name="Credentials">The password, where the URL has none.</param>
public sealed record RedisOptions(string Url, MiddlewareCredentials Credentials)
{
    /// <summary>How long connecting, and each command, may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What looking for keys may take of one collection, and asking for the figures of keys and of streams each; also what a node of a cluster may take for an answer.</summary>
    public TimeSpan KeyTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What more it is asked.</summary>
    public RedisSelection Selection { get; init; } = new();
}
