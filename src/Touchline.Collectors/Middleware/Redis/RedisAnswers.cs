using StackExchange.Redis;
using Touchline.Configuration;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// What one Redis says about itself at one moment. Only INFO has to be answered: hosted servers forbid the other commands, whose parts are then null or empty.
/// </summary>
internal sealed record RedisAnswers(RedisInfo Info)
{
    private static readonly string[] ShownParameters = ["maxmemory", "maxclients", "io-threads", "repl-backlog-size", "client-output-buffer-limit", "databases"];

    /// <summary>Parameters by name, of those that are shown by themselves.</summary>
    public IReadOnlyDictionary<string, string>? Config { get; private init; }

    /// <summary>All of them, secrets too, where they are asked for.</summary>
    public IReadOnlyDictionary<string, RedisResult>? AllParameters { get; private init; }

    public long? SlowLogLength { get; private init; }

    /// <summary>The newest entry of the slow log: its number, and how long the command took in µs.</summary>
    public (long Id, long Microseconds)? LastSlow { get; private init; }

    /// <summary>For each command how often it took at most so many µs.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<(double Bound, double Count)>>? Latencies { get; private init; }

    /// <summary>The last time that an event took long: when, in seconds since 1970, and how long.</summary>
    public IReadOnlyList<(string Event, double Time, double Milliseconds)> Spikes { get; private init; } = [];

    /// <summary>What a node says of its cluster; null where it has none.</summary>
    public RedisInfo? Cluster { get; private init; }

    public IReadOnlyList<Dictionary<string, string>> Modules { get; private init; } = [];

    /// <summary>The answer to CLIENT LIST; null where it is not asked for.</summary>
    public string? Clients { get; private init; }

    /// <summary>The masters that a Sentinel watches; null where it is none.</summary>
    public IReadOnlyList<RedisSentinelMaster>? Masters { get; private init; }

    public static RedisAnswers Read(RedisSession session, RedisSelection selection)
    {
        var info = RedisInfo.Parse(RedisReply.Text(session.Ask("INFO", "all")));
        var clients = selection.ExportsClientList ? RedisReply.Text(session.TryAsk("CLIENT", "LIST")) : null;
        if (info["redis_mode"] == "sentinel")
        {
            return new RedisAnswers(info)
            {
                Masters = RedisSentinelMaster.ReadAll(session),
                AllParameters = selection.IncludesConfig ? RedisReply.Fields(session.TryAsk(RedisCommands.Sentinel, "CONFIG", "GET", "*")) : null,
                Clients = clients,
            };
        }
        return new RedisAnswers(info)
        {
            Config = ReadConfig(session),
            AllParameters = selection.IncludesConfig ? RedisReply.Fields(session.TryAsk("CONFIG", "GET", "*")) : null,
            SlowLogLength = RedisReply.TryNumber(session.TryAsk("SLOWLOG", "LEN"), out var length) ? (long)length : null,
            LastSlow = LastEntry(session.TryAsk("SLOWLOG", "GET", "1")),
            Latencies = selection.ExcludesLatencyHistograms ? null : ReadLatencies(session.TryAsk("LATENCY", "HISTOGRAM")),
            Spikes = ReadSpikes(session.TryAsk("LATENCY", "LATEST")),
            Cluster = info["cluster_enabled"] == "1" && RedisReply.Text(session.TryAsk(RedisCommands.Cluster, "INFO")) is { Length: > 0 } cluster ? RedisInfo.Parse(cluster) : null,
            Modules = selection.IncludesModules ? RedisInfo.Modules(RedisReply.Text(session.TryAsk("INFO", "modules"))) : [],
            Clients = clients,
        };
    }

    private static Dictionary<string, string>? ReadConfig(RedisSession session)
    {
        // One at a time: older servers take one pattern, and * would hand out the passwords too.
        var config = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in ShownParameters)
        {
            if (session.TryAsk("CONFIG", "GET", parameter) is not { } answer)
            {
                return null;
            }
            if (RedisReply.List(answer) is [_, var value, ..])
            {
                config[parameter] = RedisReply.Text(value);
            }
        }
        return config;
    }

    /// <summary>Zeros in a log without an entry, as the exporter has them; null where there is no log.</summary>
    private static (long, long)? LastEntry(RedisResult? answer)
    {
        if (answer is null)
        {
            return null;
        }
        return RedisReply.List(answer) is [var newest, ..] && RedisReply.List(newest) is [var id, _, var took, ..] && RedisReply.TryNumber(id, out var number) && RedisReply.TryNumber(took, out var microseconds)
            ? ((long)number, (long)microseconds)
            : (0, 0);
    }

    private static Dictionary<string, IReadOnlyList<(double, double)>>? ReadLatencies(RedisResult? answer)
    {
        if (answer is null)
        {
            return null;
        }
        var latencies = new Dictionary<string, IReadOnlyList<(double, double)>>(StringComparer.Ordinal);
        foreach (var (command, about) in RedisReply.Fields(answer))
        {
            // calls, a number, histogram_usec, a list of bounds and counts.
            var pairs = RedisReply.List(RedisReply.Fields(about).GetValueOrDefault("histogram_usec"));
            latencies[command] = [.. pairs.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (Number(pair[0]), Number(pair[1])))];
        }
        return latencies;
    }

    private static List<(string, double, double)> ReadSpikes(RedisResult? answer) =>
        [.. RedisReply.List(answer).Select(RedisReply.List).Where(spike => spike.Length >= 3).Select(spike => (RedisReply.Text(spike[0]), Number(spike[1]), Number(spike[2])))];

    private static double Number(RedisResult answer) => RedisReply.TryNumber(answer, out var number) ? number : 0;
}
