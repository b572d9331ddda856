using System.Globalization;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Writes a line of CLIENT LIST each as the series of one client. Source: the documentation of CLIENT LIST.</summary>
internal static class RedisClients
{
    /// <summary>Each client has a dozen series.</summary>
    public const int MaxClients = 1_000;

    private static readonly (string Field, string Metric)[] Figures =
    [
        ("sub", "channel_subscriptions_count"), ("psub", "pattern_matching_subscriptions_count"), ("ssub", "shard_channel_subscriptions_count"), ("watch", "shard_channel_watched_keys"),
        ("qbuf", "query_buffer_length_bytes"), ("qbuf-free", "query_buffer_free_space_bytes"), ("obl", "output_buffer_length_bytes"), ("oll", "output_list_length"),
        ("omem", "output_buffer_memory_usage_bytes"), ("tot-mem", "total_memory_consumed_bytes"),
    ];

    /// <param name="writer">Where it is written.</param>
    /// <param name="list">The answer to CLIENT LIST.</param>
    /// <param name="withPort">Whether the port of a client is a label, by which each connection has other series.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static void Write(IMetricWriter writer, string list, bool withPort, double now)
    {
        var clients = list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MaxClients).Select(Parse).Where(client => client.ContainsKey("id")).ToList();
        writer.Family("redis_connected_client_info", MetricType.Gauge, "connected_client_info metric");
        foreach (var client in clients)
        {
            writer.Sample(1, About(client, withPort));
        }
        Ago("created_at_timestamp", "age");
        Ago("idle_since_timestamp", "idle");
        foreach (var (field, metric) in Figures)
        {
            Family(metric, field, number => number);
        }

        void Ago(string metric, string field) => Family(metric, field, seconds => now - seconds);

        void Family(string metric, string field, Func<double, double> value)
        {
            writer.Family($"redis_connected_client_{metric}", MetricType.Gauge, $"connected_client_{metric} metric");
            foreach (var client in clients)
            {
                if (double.TryParse(client.GetValueOrDefault(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                {
                    writer.Sample(value(number), "id", client["id"], "name", client.GetValueOrDefault("name", ""));
                }
            }
        }
    }

    /// <summary>A name or a user has no space in it, and what stands in front of the first = is the field.</summary>
    private static Dictionary<string, string> Parse(string line)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in line.TrimEnd('\r').Split(' '))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                fields[part[..equals]] = part[(equals + 1)..];
            }
        }
        return fields;
    }

    private static string[] About(Dictionary<string, string> client, bool withPort)
    {
        var address = client.GetValueOrDefault("addr", "");
        var colon = address.LastIndexOf(':');
        var (host, port) = colon >= 0 ? (address[..colon], address[(colon + 1)..]) : (address, "");
        var labels = new List<string> { "id", client["id"], "name", client.GetValueOrDefault("name", ""), "flags", client.GetValueOrDefault("flags", ""), "db", client.GetValueOrDefault("db", ""), "host", host };
        labels.AddRange(withPort ? ["port", port] : []);
        foreach (var field in (string[])["user", "resp"])
        {
            labels.AddRange(client.TryGetValue(field, out var value) && value.Length > 0 ? [field, value] : []);
        }
        return [.. labels];
    }
}
