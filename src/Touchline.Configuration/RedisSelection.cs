namespace Touchline.Configuration;

/// <summary>What a Redis is asked beyond what each is: of keys, streams, clients and parameters. Named as the flags of redis_exporter.</summary>
public sealed record RedisSelection
{
    public const int MaxBatch = 10_000;

    public const int MaxGroups = 1_000;

    /// <summary>Patterns of keys whose size, memory and value are shown; looked for with SCAN.</summary>
    public ValueList<RedisKeyPattern> CheckKeys { get; init; } = [];

    /// <summary>The same for keys by their whole name, without looking for them.</summary>
    public ValueList<RedisKeyPattern> CheckSingleKeys { get; init; } = [];

    /// <summary>Patterns whose keys are counted.</summary>
    public ValueList<RedisKeyPattern> CountKeys { get; init; } = [];

    /// <summary>Patterns of streams.</summary>
    public ValueList<RedisKeyPattern> CheckStreams { get; init; } = [];

    public ValueList<RedisKeyPattern> CheckSingleStreams { get; init; } = [];

    /// <summary>How many keys one SCAN looks at.</summary>
    public int CheckKeysBatchSize { get; init; } = 1_000;

    /// <summary>Whether a value that is no number is shown as a label.</summary>
    public bool ExportsKeyValues { get; init; }

    public bool SkipsKeysOfMaster { get; init; }

    public bool ExcludesStreamConsumers { get; init; }

    /// <summary>Whether each client that is connected has series of its own.</summary>
    public bool ExportsClientList { get; init; }

    public bool ExportsClientPort { get; init; }

    /// <summary>Whether all parameters are shown, without those that hold secrets.</summary>
    public bool IncludesConfig { get; init; }

    public bool IncludesSystem { get; init; }

    public bool IncludesModules { get; init; }

    public bool IncludesSentinelPeers { get; init; }

    public bool IncludesEmptyDatabases { get; init; } = true;

    public bool ExcludesLatencyHistograms { get; init; }

    /// <summary>Whether keys are looked for on all nodes of the cluster that the server belongs to, and not on itself alone.</summary>
    public bool IsCluster { get; init; }

    /// <summary>Files with scripts in Lua that give names and numbers.</summary>
    public ValueList<string> Scripts { get; init; } = [];
}
