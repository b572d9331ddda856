using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>What a Sentinel says of one of the masters that it watches. Source: the documentation of Sentinel's commands.</summary>
/// <param name="Fields">The master, as SENTINEL MASTERS describes it.</param>
/// <param name="Quorum">The answer to SENTINEL CKQUORUM.</param>
/// <param name="HasQuorum">Whether enough Sentinels are there to decide.</param>
internal sealed record RedisSentinelMaster(Dictionary<string, RedisResult> Fields, string Quorum, bool HasQuorum)
{
    /// <summary>Masters of which all is asked.</summary>
    private const int MaxMasters = 200;

    public string Name => Text("name");

    public string Address => $"{Text("ip")}:{Text("port")}";

    /// <summary>The other Sentinels that watch it.</summary>
    public IReadOnlyList<Dictionary<string, RedisResult>> Sentinels { get; private init; } = [];

    public IReadOnlyList<Dictionary<string, RedisResult>> Replicas { get; private init; } = [];

    public static List<RedisSentinelMaster> ReadAll(RedisSession session) =>
        [.. RedisReply.List(session.TryAsk(RedisCommands.Sentinel, "MASTERS")).Take(MaxMasters).Select(RedisReply.Fields).Where(master => master.ContainsKey("name")).Select(master => Read(session, master))];

    public string Text(string field) => RedisReply.Text(Fields.GetValueOrDefault(field));

    private static RedisSentinelMaster Read(RedisSession session, Dictionary<string, RedisResult> fields)
    {
        var name = RedisReply.Text(fields["name"]);
        var (quorum, hasQuorum) = CheckQuorum(session, name);
        return new RedisSentinelMaster(fields, quorum, hasQuorum)
        {
            Sentinels = [.. RedisReply.List(session.TryAsk(RedisCommands.Sentinel, "SENTINELS", name)).Select(RedisReply.Fields)],
            Replicas = [.. RedisReply.List(session.TryAsk(RedisCommands.Sentinel, "SLAVES", name)).Select(RedisReply.Fields)],
        };
    }

    /// <summary>That there is no quorum is said as an error.</summary>
    private static (string Message, bool HasQuorum) CheckQuorum(RedisSession session, string name)
    {
        try
        {
            return (RedisReply.Text(session.Ask(RedisCommands.Sentinel, "CKQUORUM", name)), true);
        }
        catch (RedisServerException e)
        {
            return (e.Message, false);
        }
    }
}
