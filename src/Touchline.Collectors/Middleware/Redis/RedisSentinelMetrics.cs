using System.Globalization;
using System.Text.RegularExpressions;
using StackExchange.Redis;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Writes what a Sentinel says: of itself in INFO, and of each master.</summary>
internal sealed partial class RedisSentinelMetrics(IMetricWriter writer, RedisInfo info)
{
    private static readonly (string Field, string Help)[] OfItself =
    [
        ("sentinel_masters", "The number of masters this sentinel is watching"), ("sentinel_tilt", "Sentinel is in TILT mode"),
        ("sentinel_running_scripts", "Number of scripts in execution right now"), ("sentinel_scripts_queue_length", "Queue of user scripts to execute"),
        ("sentinel_simulate_failure_flags", "Failures simulations"),
    ];

    private static readonly (string Metric, string Field, double Factor, string Help)[] OfMasters =
    [
        ("setting_ckquorum", "quorum", 1, "Show the current ckquorum config for each master"),
        ("setting_failover_timeout", "failover-timeout", 1, "Show the current failover-timeout config for each master"),
        ("setting_parallel_syncs", "parallel-syncs", 1, "Show the current parallel-syncs config for each master"),
        ("setting_down_after_milliseconds", "down-after-milliseconds", 1, "Show the current down-after-milliseconds config for each master"),
        ("config_epoch", "config-epoch", 1, "The configuration epoch of the master (increments on each failover)"),
        ("last_ok_ping_reply_seconds", "last-ok-ping-reply", 1e-3, "Elapsed time in seconds since the last successful ping reply from the master"),
    ];

    public void Write(IReadOnlyList<RedisSentinelMaster> masters, bool withPeers)
    {
        foreach (var (field, help) in OfItself)
        {
            if (double.TryParse(info[field], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                writer.Family($"redis_{field}", MetricType.Gauge, help);
                writer.Sample(value);
            }
        }
        WriteStates();
        foreach (var (metric, field, factor, help) in OfMasters)
        {
            Family(metric, help, masters, master => RedisReply.TryNumber(master.Fields.GetValueOrDefault(field), out var value) ? value * factor : null);
        }
        writer.Family("redis_sentinel_master_ckquorum_status", MetricType.Gauge, "Master ckquorum status");
        foreach (var master in masters)
        {
            writer.Sample(master.HasQuorum ? 1 : 0, "master_name", master.Name, "message", master.Quorum);
        }
        // The Sentinel that is asked is one of them, and not in its own list.
        Family("ok_sentinels", "The number of okay sentinels monitoring this master", masters, master => 1 + master.Sentinels.Count(IsUp));
        Family("ok_slaves", "The number of okay slaves of the master", masters, master => master.Replicas.Count(IsUp));
        if (withPeers)
        {
            WritePeers(masters);
        }
    }

    /// <summary>The lines <c>master0:name=league,status=ok,address=127.0.0.1:6379,slaves=1,sentinels=3</c> of INFO.</summary>
    private void WriteStates()
    {
        var states = info.Lines.Where(line => MasterLine().IsMatch(line.Key)).Select(line => RedisInfo.Parts(line.Value).DistinctBy(part => part.Name).ToDictionary(part => part.Name, part => part.Value)).ToList();
        writer.Family("redis_sentinel_master_status", MetricType.Gauge, "Master status on Sentinel");
        foreach (var state in states)
        {
            writer.Sample(state.GetValueOrDefault("status") == "ok" ? 1 : 0, [.. Labels(state), "master_status", state.GetValueOrDefault("status", "")]);
        }
        Number("slaves", "The number of slaves of the master");
        Number("sentinels", "The number of sentinels monitoring this master");

        void Number(string part, string help)
        {
            writer.Family($"redis_sentinel_master_{part}", MetricType.Gauge, help);
            foreach (var state in states)
            {
                if (double.TryParse(state.GetValueOrDefault(part), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                {
                    writer.Sample(value, Labels(state));
                }
            }
        }

        static string[] Labels(Dictionary<string, string> state) => ["master_name", state.GetValueOrDefault("name", ""), "master_address", state.GetValueOrDefault("address", "")];
    }

    private void WritePeers(IReadOnlyList<RedisSentinelMaster> masters)
    {
        writer.Family("redis_sentinel_peer_info", MetricType.Gauge, "Other Sentinel peers discovered via SENTINEL SENTINELS (one scrape from one Sentinel)");
        foreach (var master in masters)
        {
            foreach (var peer in master.Sentinels)
            {
                writer.Sample(1, [.. Labels(master), .. ((string[])["name", "ip", "port", "runid", "flags"]).SelectMany(field => (string[])[field, RedisReply.Text(peer.GetValueOrDefault(field))])]);
            }
        }
    }

    private void Family(string metric, string help, IReadOnlyList<RedisSentinelMaster> masters, Func<RedisSentinelMaster, double?> value)
    {
        writer.Family($"redis_sentinel_master_{metric}", MetricType.Gauge, help);
        foreach (var master in masters)
        {
            if (value(master) is { } number)
            {
                writer.Sample(number, Labels(master));
            }
        }
    }

    /// <summary>Neither this Sentinel nor a majority of them takes it for down.</summary>
    private static bool IsUp(Dictionary<string, RedisResult> member) =>
        member.TryGetValue("flags", out var flags) && RedisReply.Text(flags) is var text && !text.Contains("s_down", StringComparison.Ordinal) && !text.Contains("o_down", StringComparison.Ordinal);

    private static string[] Labels(RedisSentinelMaster master) => ["master_name", master.Name, "master_address", master.Address];

    [GeneratedRegex("^master[0-9]+$")]
    private static partial Regex MasterLine();
}
