using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>A key by its bytes, in the database of that number.</summary>
internal readonly record struct RedisWatchedKey(int Database, RedisKey Key)
{
    /// <summary>Labels db and a name of its own, as a writer takes them.</summary>
    public string[] Labels(string name) => ["db", FormattableString.Invariant($"db{Database}"), name, (string?)Key ?? ""];
}
