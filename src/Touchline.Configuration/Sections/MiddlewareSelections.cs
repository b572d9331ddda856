using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>Reads what is chosen of a server: collectors and statements of a PostgreSQL, keys and more of a Redis.</summary>
internal static class MiddlewareSelections
{
    public static PostgresSelection ReadPostgres(ReadingContext context, MappingReader server) =>
        new() { Collectors = ReadCollectors(context, server), Statements = ReadStatements(context, server) };

    public static RedisSelection ReadRedis(ReadingContext context, MappingReader server)
    {
        var defaults = new RedisSelection();
        return new RedisSelection
        {
            CheckKeys = ReadKeys(context, server, "check_keys"),
            CheckSingleKeys = ReadKeys(context, server, "check_single_keys"),
            CountKeys = ReadKeys(context, server, "count_keys"),
            CheckStreams = ReadKeys(context, server, "check_streams"),
            CheckSingleStreams = ReadKeys(context, server, "check_single_streams"),
            CheckKeysBatchSize = ReadCount(context, server, "check_keys_batch_size", defaults.CheckKeysBatchSize, RedisSelection.MaxBatch),
            ExportsKeyValues = server.Boolean("export_key_values", absent: false),
            SkipsKeysOfMaster = server.Boolean("skip_checkkeys_for_role_master", absent: false),
            ExcludesStreamConsumers = server.Boolean("streams_exclude_consumer_metrics", absent: false),
            ExportsClientList = server.Boolean("export_client_list", absent: false),
            ExportsClientPort = server.Boolean("export_client_port", absent: false),
            IncludesConfig = server.Boolean("include_config_metrics", absent: false),
            IncludesSystem = server.Boolean("include_system_metrics", absent: false),
            IncludesModules = server.Boolean("include_modules_metrics", absent: false),
            IncludesSentinelPeers = server.Boolean("include_sentinel_peer_info", absent: false),
            IncludesEmptyDatabases = server.Boolean("include_metrics_for_empty_databases", absent: true),
            ExcludesLatencyHistograms = server.Boolean("exclude_latency_histogram_metrics", absent: false),
            IsCluster = server.Boolean("is_cluster", absent: false),
            Scripts = ReadScripts(context, server),
        };
    }

    private static ValueList<CollectorSwitch> ReadCollectors(ReadingContext context, MappingReader server)
    {
        if (server.Mapping("collectors") is not { } node)
        {
            return [];
        }
        var section = context.Section(node, MiddlewareKeys.Collectors);
        return [.. node.Entries.Select(entry => entry.Key.Value).Where(section.Has).Distinct().Select(name => new CollectorSwitch(name, section.Boolean(name, absent: false)))];
    }

    private static StatementSelection ReadStatements(ReadingContext context, MappingReader server)
    {
        var defaults = new StatementSelection();
        if (server.Mapping("stat_statements") is not { } node)
        {
            return defaults;
        }
        var section = context.Section(node, MiddlewareKeys.Statements);
        return new StatementSelection
        {
            IncludesQuery = section.Boolean("include_query", absent: false),
            QueryLength = ReadCount(context, section, "query_length", defaults.QueryLength, StatementSelection.MaxQueryLength),
            Limit = ReadCount(context, section, "limit", defaults.Limit, StatementSelection.MaxLimit),
            ExcludedDatabases = [.. section.Texts("exclude_databases")],
            ExcludedUsers = [.. section.Texts("exclude_users")],
        };
    }

    private static int ReadCount(ReadingContext context, MappingReader section, string key, int absent, int limit)
    {
        if (section.Count(key) is not { } count)
        {
            return absent;
        }
        if (count >= 1 && count <= limit)
        {
            return count;
        }
        context.Findings.Error(section[key]!, $"{key} is a number from 1 to {limit}");
        return absent;
    }

    private static ValueList<RedisKeyPattern> ReadKeys(ReadingContext context, MappingReader server, string key)
    {
        var keys = new List<RedisKeyPattern>();
        foreach (var item in server.Items(key, "a list of keys"))
        {
            if (item is ScalarNode { IsNull: false } text && RedisKeyPattern.TryParse(text.Value) is { } pattern)
            {
                keys.Add(pattern);
                continue;
            }
            context.Findings.Error(item, $"an item of {key} is a key or a pattern, as session:* or, in another database than that of number 0, db3=session:*");
        }
        return [.. keys.Distinct()];
    }

    private static ValueList<string> ReadScripts(ReadingContext context, MappingReader server)
    {
        var paths = new List<string>();
        foreach (var item in server.Items("script", "a list of files"))
        {
            if (item is ScalarNode { IsNull: false, Value.Length: > 0 } text)
            {
                var path = context.Resolve(text.Value)!;
                context.Remember(FileReferenceKind.Scripts, path, item.At);
                paths.Add(path);
                continue;
            }
            context.Findings.Error(item, "an item of script is the path of a file with a script in Lua");
        }
        return [.. paths.Distinct(StringComparer.Ordinal)];
    }
}
