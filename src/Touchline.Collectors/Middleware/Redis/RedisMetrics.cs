using System.Globalization;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Writes what a Redis said as the metrics of redis_exporter.</summary>
internal sealed class RedisMetrics(IMetricWriter writer, RedisAnswers answers, RedisSelection selection)
{
    private const string CommandPrefix = "cmdstat_";
    private const string PercentilePrefix = "latency_percentiles_usec_";
    private const string ErrorPrefix = "errorstat_";

    private static readonly string[] InstanceLabels = ["role", "redis_version", "redis_build_id", "redis_mode", "os", "maxmemory_policy", "tcp_port", "run_id", "process_id", "master_replid"];

    private static readonly (string Parameter, string Metric)[] ConfigMetrics =
        [("io-threads", "config_io_threads"), ("maxclients", "config_maxclients"), ("maxmemory", "config_maxmemory"), ("repl-backlog-size", "config_repl_backlog_size")];

    private static readonly string[] ModuleLabels = ["name", "ver", "api", "filters", "usedby", "using"];

    private readonly RedisInfo _info = answers.Info;

    public void Write()
    {
        WriteFields(_info);
        if (answers.Cluster is { } cluster)
        {
            WriteFields(cluster);
        }
        WriteInstance();
        WriteDatabases();
        WriteCommands();
        WriteLatencies();
        WriteSpikes();
        WriteModules();
        WriteErrors();
        WriteConfig();
        WriteSlowLog();
        WriteReplicas();
        WriteMaster();
    }

    private void WriteFields(RedisInfo info)
    {
        foreach (var (field, text) in info.Lines)
        {
            if (RedisFields.MetricOf(field) is { } metric && TryNumber(text, out var value))
            {
                Single(metric, RedisFields.TypeOf(metric), $"{metric} metric", value * RedisFields.FactorOf(field));
            }
        }
        if (selection.IncludesSystem && TryNumber(info["total_system_memory"], out var memory))
        {
            Single("total_system_memory_bytes", MetricType.Gauge, "total_system_memory_bytes metric", memory);
        }
    }

    private void WriteInstance()
    {
        writer.Family("redis_instance_info", MetricType.Gauge, "instance_info metric");
        writer.Sample(1, [.. InstanceLabels.Where(label => _info[label] is not null).SelectMany(label => (string[])[label, _info[label]!])]);
        if (TryNumber(_info["server_time_usec"], out var now) && TryNumber(_info["uptime_in_seconds"], out var up))
        {
            Single("start_time_seconds", MetricType.Gauge, "Start time of the Redis instance since unix epoch in seconds.", Math.Round(now / 1e6 - up));
        }
    }

    /// <summary>Also databases without a key, so that a graph shows when one is emptied.</summary>
    private void WriteDatabases()
    {
        const int MaxDatabases = 1024;
        var databases = new SortedDictionary<string, Dictionary<string, double>>(StringComparer.Ordinal);
        if (selection.IncludesEmptyDatabases && answers.Config?.GetValueOrDefault("databases") is { } configured && int.TryParse(configured, CultureInfo.InvariantCulture, out var count))
        {
            // A cluster has one, whatever the parameter says.
            for (var i = 0; i < Math.Min(answers.Cluster is null ? count : 1, MaxDatabases); i++)
            {
                databases[$"db{i}"] = [];
            }
        }
        foreach (var (field, text) in _info.Lines.Where(line => IsDatabase(line.Key)))
        {
            databases[field] = Numbers(text);
        }
        Family("db_keys", MetricType.Gauge, "Total number of keys by DB");
        Each(databases, database => writer.Sample(database.Value.GetValueOrDefault("keys"), "db", database.Key));
        Family("db_keys_expiring", MetricType.Gauge, "Total number of expiring keys by DB");
        Each(databases, database => writer.Sample(database.Value.GetValueOrDefault("expires"), "db", database.Key));
        Family("db_avg_ttl_seconds", MetricType.Gauge, "Avg TTL in seconds");
        Each(databases.Where(database => database.Value.ContainsKey("avg_ttl")), database => writer.Sample(database.Value["avg_ttl"] / 1000, "db", database.Key));
    }

    private void WriteCommands()
    {
        var commands = Starting(CommandPrefix).ToDictionary(line => line.Name, line => Numbers(line.Text));
        Commands("commands_total", "Total number of calls per command", "calls", 1);
        Commands("commands_duration_seconds_total", "Total amount of time in seconds spent per command", "usec", 1e-6);
        Commands("commands_rejected_calls_total", "Total number of errors within command execution per command", "rejected_calls", 1);
        Commands("commands_failed_calls_total", "Total number of errors prior command execution per command", "failed_calls", 1);

        void Commands(string metric, string help, string part, double factor)
        {
            Family(metric, MetricType.Counter, help);
            Each(commands.Where(command => command.Value.ContainsKey(part)), command => writer.Sample(command.Value[part] * factor, "cmd", command.Key));
        }
    }

    private void WriteLatencies()
    {
        var commands = Starting(CommandPrefix).ToDictionary(line => line.Name, line => Numbers(line.Text));
        Family("latency_percentiles_usec", MetricType.Summary, "A summary of latency percentile distribution per command");
        foreach (var (command, text) in Starting(PercentilePrefix))
        {
            foreach (var (quantile, value) in Numbers(text))
            {
                writer.Sample(value, "cmd", command, "quantile", quantile.TrimStart('p'));
            }
            Totals(command);
        }
        if (answers.Latencies is not { } latencies)
        {
            return;
        }
        Family("commands_latencies_usec", MetricType.Histogram, "A histogram of latencies per command");
        foreach (var (command, buckets) in latencies.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            foreach (var (bound, count) in buckets)
            {
                writer.SuffixedSample("_bucket", count, "cmd", command, "le", SampleValue.Format(bound));
            }
            writer.SuffixedSample("_bucket", buckets.Count > 0 ? buckets[^1].Count : 0, "cmd", command, "le", "+Inf");
            Totals(command);
        }

        void Totals(string command)
        {
            var totals = commands.GetValueOrDefault(command);
            writer.SuffixedSample("_sum", totals?.GetValueOrDefault("usec") ?? 0, "cmd", command);
            writer.SuffixedSample("_count", totals?.GetValueOrDefault("calls") ?? 0, "cmd", command);
        }
    }

    private void WriteSpikes()
    {
        Family("latency_spike_last", MetricType.Gauge, "When the latency spike last occurred");
        Each(answers.Spikes, spike => writer.Sample(spike.Time, "event_name", spike.Event));
        Family("latency_spike_duration_seconds", MetricType.Gauge, "Length of the last latency spike in seconds");
        Each(answers.Spikes, spike => writer.Sample(spike.Milliseconds / 1000, "event_name", spike.Event));
    }

    private void WriteModules()
    {
        Family("module_info", MetricType.Gauge, "Information about loaded Redis module");
        foreach (var module in answers.Modules)
        {
            writer.Sample(1, [.. ModuleLabels.SelectMany(label => (string[])[label, module.GetValueOrDefault(label, "")])]);
        }
    }

    private void WriteErrors()
    {
        Family("errors_total", MetricType.Counter, "Total number of errors per error type");
        foreach (var (error, text) in Starting(ErrorPrefix))
        {
            writer.Sample(Numbers(text).GetValueOrDefault("count"), "err", error);
        }
    }

    private void WriteConfig()
    {
        if (answers.Config is not { } config)
        {
            return;
        }
        foreach (var (parameter, metric) in ConfigMetrics)
        {
            if (config.TryGetValue(parameter, out var text) && TryNumber(text, out var value))
            {
                Single(metric, MetricType.Gauge, $"{metric} metric", value);
            }
        }
        // normal 0 0 0 slave 268435456 67108864 60 …: class, hard limit, soft limit, seconds.
        var limits = config.GetValueOrDefault("client-output-buffer-limit")?.Split(' ').Chunk(4).Where(limit => limit.Length == 4).ToArray() ?? [];
        Family("config_client_output_buffer_limit_bytes", MetricType.Gauge, "The configured buffer limits per class");
        foreach (var limit in limits)
        {
            Limit(limit[1], limit[0], "hard");
            Limit(limit[2], limit[0], "soft");
        }
        Family("config_client_output_buffer_limit_overcome_seconds", MetricType.Gauge, "How long for buffer limits per class to be exceeded before replicas are dropped");
        Each(limits, limit => Limit(limit[3], limit[0], "soft"));

        void Limit(string text, string kind, string limit)
        {
            if (TryNumber(text, out var value))
            {
                writer.Sample(value, "class", kind, "limit", limit);
            }
        }
    }

    private void WriteSlowLog()
    {
        if (answers.SlowLogLength is { } length)
        {
            Single("slowlog_length", MetricType.Gauge, "Total slowlog", length);
        }
        if (answers.LastSlow is { } last)
        {
            Single("slowlog_last_id", MetricType.Gauge, "Last id of slowlog", last.Id);
            Single("last_slow_execution_duration_seconds", MetricType.Gauge, "The amount of time needed for last slow execution, in seconds", last.Microseconds / 1e6);
        }
    }

    private void WriteReplicas()
    {
        var replicas = _info.Lines.Where(line => line.Key.StartsWith("slave", StringComparison.Ordinal) && line.Key.AsSpan("slave".Length) is { Length: > 0 } rest && !rest.ContainsAnyExceptInRange('0', '9'))
            .Select(line => RedisInfo.Parts(line.Value).ToDictionary(part => part.Name, part => part.Value)).ToList();
        if (replicas.Count == 0)
        {
            return;
        }
        Replicas("connected_slave_offset_bytes", "Offset of connected slave", "offset");
        Replicas("connected_slave_lag_seconds", "Lag of connected slave", "lag");

        void Replicas(string metric, string help, string part)
        {
            Family(metric, MetricType.Gauge, help);
            foreach (var replica in replicas)
            {
                if (TryNumber(replica.GetValueOrDefault(part), out var value))
                {
                    writer.Sample(value, "slave_ip", replica.GetValueOrDefault("ip", ""), "slave_port", replica.GetValueOrDefault("port", ""), "slave_state", replica.GetValueOrDefault("state", ""));
                }
            }
        }
    }

    private void WriteMaster()
    {
        if (_info["master_host"] is not { } host)
        {
            return;
        }
        var port = _info["master_port"] ?? "";
        Family("slave_info", MetricType.Gauge, "Information about the Redis slave");
        writer.Sample(1, "master_host", host, "master_port", port, "read_only", _info["slave_read_only"] ?? "");
        OfMaster("master_link_up", "Master link status on Redis slave", _info["master_link_status"] == "up" ? "1" : "0");
        OfMaster("master_last_io_seconds_ago", "Master last io seconds ago", _info["master_last_io_seconds_ago"]);
        OfMaster("master_sync_in_progress", "Master sync in progress", _info["master_sync_in_progress"]);
        OfMaster("slave_repl_offset", "Slave replication offset", _info["slave_repl_offset"]);

        void OfMaster(string metric, string help, string? text)
        {
            if (TryNumber(text, out var value))
            {
                Family(metric, MetricType.Gauge, help);
                writer.Sample(value, "master_host", host, "master_port", port);
            }
        }
    }

    private IEnumerable<(string Name, string Text)> Starting(string prefix) =>
        _info.Lines.Where(line => line.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(line => (line.Key[prefix.Length..], line.Value)).OrderBy(line => line.Item1, StringComparer.Ordinal);

    private static Dictionary<string, double> Numbers(string text)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in RedisInfo.Parts(text))
        {
            if (TryNumber(value, out var number))
            {
                numbers[name] = number;
            }
        }
        return numbers;
    }

    /// <summary>States are numbers too: what went well is 1.</summary>
    private static bool TryNumber(string? text, out double value)
    {
        value = text is "ok" ? 1 : 0;
        return text is "ok" or "err" or "fail" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsDatabase(string field) => field.StartsWith("db", StringComparison.Ordinal) && field.Length > 2 && !field.AsSpan(2).ContainsAnyExceptInRange('0', '9');

    private static void Each<T>(IEnumerable<T> items, Action<T> write)
    {
        foreach (var item in items)
        {
            write(item);
        }
    }

    private void Family(string metric, MetricType type, string help) => writer.Family("redis_" + metric, type, help);

    private void Single(string metric, MetricType type, string help, double value)
    {
        Family(metric, type, help);
        writer.Sample(value);
    }
}
