using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>What is shown of one stream: its figures by their names in XINFO, and the same of its groups and their consumers.</summary>
internal sealed record RedisStream(RedisWatchedKey Key, Dictionary<string, RedisResult> Fields)
{
    /// <summary>Groups, and consumers of a group, of which figures are shown.</summary>
    public const int MaxGroups = 100;

    public List<Group> Groups { get; } = [];

    /// <summary>Null where it is no stream, or not here.</summary>
    public static async Task<RedisStream?> ReadAsync(RedisSession session, RedisWatchedKey key, bool withConsumers)
    {
        var fields = RedisReply.Fields(await session.TryAskAsync(key, "XINFO", "STREAM", key.Key));
        if (!fields.ContainsKey("length"))
        {
            return null;
        }
        var stream = new RedisStream(key, fields);
        foreach (var answer in RedisReply.List(await session.TryAskAsync(key, "XINFO", "GROUPS", key.Key)).Take(MaxGroups))
        {
            var group = new Group(RedisReply.Fields(answer));
            // Of a group with a great many the answer would be great too.
            if (withConsumers && RedisReply.TryNumber(group.Fields.GetValueOrDefault("consumers"), out var consumers) && consumers is > 0 and <= MaxGroups)
            {
                group.Consumers.AddRange(RedisReply.List(await session.TryAskAsync(key, "XINFO", "CONSUMERS", key.Key, group.Name)).Select(RedisReply.Fields));
            }
            stream.Groups.Add(group);
        }
        return stream;
    }

    internal sealed record Group(Dictionary<string, RedisResult> Fields)
    {
        public string Name => RedisReply.Text(Fields.GetValueOrDefault("name"));

        public List<Dictionary<string, RedisResult>> Consumers { get; } = [];
    }
}
