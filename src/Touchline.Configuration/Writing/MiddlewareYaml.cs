using Touchline.Model;

namespace Touchline.Configuration.Writing;

/// <summary>Writes the <c>middleware</c> section, without what is secret in it.</summary>
internal static class MiddlewareYaml
{
    public static void Write(YamlOutput output, MiddlewareConfig middleware)
    {
        if (middleware.PostgreSql.Count == 0 && middleware.Redis.Count == 0)
        {
            return;
        }
        output.Section("middleware", () =>
        {
            Write(output, "postgresql", middleware.PostgreSql);
            Write(output, "redis", middleware.Redis);
        });
    }

    private static void Write(YamlOutput output, string kind, IReadOnlyList<MiddlewareServerConfig> servers)
    {
        if (servers.Count == 0)
        {
            return;
        }
        output.List(kind, servers, server =>
        {
            output.Entry("name", server.Name);
            output.Entry("url", server.DisplayUrl);
            if (server.Password is not null)
            {
                output.Entry("password", server.Password.ToString());
            }
            if (server.PasswordFile is { } file)
            {
                output.Entry("password_file", file);
            }
            output.Entry("scrape_interval", PrometheusDuration.Format(server.ScrapeIntervalMs));
            output.Entry("scrape_timeout", PrometheusDuration.Format(server.ScrapeTimeoutMs));
            if (!server.ShowsSettings)
            {
                output.Entry("settings", false);
            }
            Write(output, server.Postgres);
            Write(output, server.Redis);
        });
    }

    private static void Write(YamlOutput output, PostgresSelection asked)
    {
        if (asked.Collectors.Count > 0)
        {
            output.Section("collectors", () =>
            {
                foreach (var collector in asked.Collectors)
                {
                    output.Entry(collector.Name, collector.IsOn);
                }
            });
        }
        if (asked.Statements != new StatementSelection())
        {
            output.Section("stat_statements", () =>
            {
                output.Entry("include_query", asked.Statements.IncludesQuery);
                output.Entry("query_length", asked.Statements.QueryLength);
                output.Entry("limit", asked.Statements.Limit);
                output.Texts("exclude_databases", asked.Statements.ExcludedDatabases);
                output.Texts("exclude_users", asked.Statements.ExcludedUsers);
            });
        }
    }

    private static void Write(YamlOutput output, RedisSelection asked)
    {
        var defaults = new RedisSelection();
        Keys("check_keys", asked.CheckKeys);
        Keys("check_single_keys", asked.CheckSingleKeys);
        Keys("count_keys", asked.CountKeys);
        Keys("check_streams", asked.CheckStreams);
        Keys("check_single_streams", asked.CheckSingleStreams);
        if (asked.CheckKeysBatchSize != defaults.CheckKeysBatchSize)
        {
            output.Entry("check_keys_batch_size", asked.CheckKeysBatchSize);
        }
        If("export_key_values", asked.ExportsKeyValues, absent: false);
        If("skip_checkkeys_for_role_master", asked.SkipsKeysOfMaster, absent: false);
        If("streams_exclude_consumer_metrics", asked.ExcludesStreamConsumers, absent: false);
        If("export_client_list", asked.ExportsClientList, absent: false);
        If("export_client_port", asked.ExportsClientPort, absent: false);
        If("include_config_metrics", asked.IncludesConfig, absent: false);
        If("include_system_metrics", asked.IncludesSystem, absent: false);
        If("include_modules_metrics", asked.IncludesModules, absent: false);
        If("include_sentinel_peer_info", asked.IncludesSentinelPeers, absent: false);
        If("include_metrics_for_empty_databases", asked.IncludesEmptyDatabases, absent: true);
        If("exclude_latency_histogram_metrics", asked.ExcludesLatencyHistograms, absent: false);
        If("is_cluster", asked.IsCluster, absent: false);
        output.Texts("script", asked.Scripts);

        void Keys(string key, ValueList<RedisKeyPattern> keys) => output.Texts(key, [.. keys.Select(pattern => pattern.ToString())]);

        void If(string key, bool value, bool absent)
        {
            if (value != absent)
            {
                output.Entry(key, value);
            }
        }
    }
}
