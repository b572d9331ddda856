using StackExchange.Redis;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>
/// What one Redis says about itself at one moment. Only INFO has to be answered: hosted servers forbid the other commands, whose parts are then null.
/// </summary>
internal sealed record RedisAnswers(RedisInfo Info)
{
    private static readonly string[] Parameters = ["maxmemory", "maxclients", "io-threads", "repl-backlog-size", "client-output-buffer-limit", "databases"];

    /// <summary>Parameters by name, of those that are shown.</summary>
    public IReadOnlyDictionary<string, string>? Config { get; private init; }

    public long? SlowLogLength { get; private init; }

    /// <summary>The newest entry of the slow log: its number, and how long the command took in µs.</summary>
    public (long Id, long Microseconds)? LastSlow { get; private init; }

    /// <summary>For each command how often it took at most so many µs.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<(double Bound, double Count)>>? Latencies { get; private init; }

    public static RedisAnswers Read(IDatabase database)
    {
        var info = RedisInfo.Parse((string?)database.Execute("INFO", "all") ?? "");
        return new RedisAnswers(info)
        {
            Config = Optional(() => ReadConfig(database)),
            SlowLogLength = OptionalValue(() => (long)database.Execute("SLOWLOG", "LEN")),
            LastSlow = OptionalValue(() => LastEntry(database.Execute("SLOWLOG", "GET", "1"))),
            Latencies = Optional(() => ReadLatencies(database.Execute("LATENCY", "HISTOGRAM"))),
        };
    }

    private static Dictionary<string, string> ReadConfig(IDatabase database)
    {
        // One at a time: older servers take one pattern, and * would hand out the passwords too.
        var config = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in Parameters)
        {
            var pair = (RedisResult[]?)database.Execute("CONFIG", "GET", parameter) ?? [];
            if (pair.Length >= 2)
            {
                config[parameter] = (string?)pair[1] ?? "";
            }
        }
        return config;
    }

    private static (long, long) LastEntry(RedisResult answer) =>
        (RedisResult[]?)answer is [var newest, ..] && (RedisResult[]?)newest is [var id, _, var took, ..] ? ((long)id, (long)took) : (0, 0);

    private static Dictionary<string, IReadOnlyList<(double, double)>> ReadLatencies(RedisResult answer)
    {
        var latencies = new Dictionary<string, IReadOnlyList<(double, double)>>(StringComparer.Ordinal);
        var flat = (RedisResult[]?)answer ?? [];
        for (var i = 0; i + 1 < flat.Length; i += 2)
        {
            // calls, a number, histogram_usec, a list of bounds and counts.
            var about = (RedisResult[]?)flat[i + 1] ?? [];
            var pairs = about.Length >= 4 ? (double[]?)about[3] ?? [] : [];
            latencies[(string?)flat[i] ?? ""] = [.. pairs.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (pair[0], pair[1]))];
        }
        return latencies;
    }

    private static T? Optional<T>(Func<T> ask)
        where T : class
    {
        try
        {
            return ask();
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException or InvalidCastException)
        {
            return null;
        }
    }

    private static T? OptionalValue<T>(Func<T> ask)
        where T : struct
    {
        try
        {
            return ask();
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException or InvalidCastException)
        {
            return null;
        }
    }
}
