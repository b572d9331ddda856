using Touchline.Collectors.Containers;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Push.StatsD;
using HostOptions = Touchline.Collectors.Host.HostOptions;

namespace Touchline.Options;

/// <summary>The server's settings, read from the command line once and checked. Durations in ms, sizes in bytes.</summary>
internal sealed record ServerOptions
{
    /// <summary>The configuration file; empty for the built-in configuration.</summary>
    public string ConfigFile { get; init; } = "";

    /// <summary>Whether unknown keys and unusable jobs make the whole configuration file unusable.</summary>
    public bool ConfigStrict { get; init; }

    /// <summary>Whether it only collects and sends.</summary>
    public bool IsAgent { get; init; }

    public string DataPath { get; init; } = "./data";

    /// <summary>Most bytes on disk that wait to be sent by remote write.</summary>
    public long RemoteQueueBytes { get; init; } = 1L << 30;

    /// <summary>Null where the command line does not say, so that the configuration file may.</summary>
    public long? RetentionTimeMs { get; init; }

    public long? RetentionSizeBytes { get; init; }

    /// <summary>A file with retention policies; empty where the configuration file has them, or nobody.</summary>
    public string RetentionPoliciesFile { get; init; } = "";

    /// <summary>Most series in the head; null where the command line does not say.</summary>
    public long? MaxSeries { get; init; }

    public long BlockRangeMs { get; init; } = 2L * 3600 * 1000;

    public IReadOnlyList<ListenAddress> ListenAddresses { get; init; } = [new("127.0.0.1", 9090)];

    /// <summary>Where this host's metrics alone are served, as node_exporter serves them.</summary>
    public IReadOnlyList<ListenAddress> HostListenAddresses { get; init; } = [];

    /// <summary>TLS and users; empty for plain HTTP without a password.</summary>
    public string WebConfigFile { get; init; } = "";

    public Uri? ExternalUrl { get; init; }

    /// <summary>The path below which everything is served, <c>/prefix</c> without a slash at the end; empty for the root.</summary>
    public string RoutePrefix { get; init; } = "";

    public bool EnableLifecycle { get; init; }

    public bool EnableAdminApi { get; init; }

    public bool EnableRemoteWriteReceiver { get; init; }

    /// <summary>Whether what jobs push is taken: groups as Pushgateway has them, and text straight into the store.</summary>
    public bool EnablePushReceiver { get; init; }

    /// <summary>Where pushed groups are kept over a restart; empty for a file in the data directory.</summary>
    public string PersistenceFile { get; init; } = "";

    public long PersistenceIntervalMs { get; init; } = 5_000;

    public StatsDOptions StatsD { get; init; } = new();

    public int MaxConnections { get; init; } = 512;

    /// <summary>The browser origins that may read the API.</summary>
    public AnchoredRegex CorsOrigin { get; init; } = new(".*");

    public long QueryTimeoutMs { get; init; } = 2 * 60_000;

    public long QueryMaxSamples { get; init; } = 50_000_000;

    public int QueryMaxConcurrency { get; init; } = 20;

    /// <summary>Memory for the answers of range queries; 0 keeps none.</summary>
    public long QueryRangeCacheBytes { get; init; } = 32L * 1024 * 1024;

    public long LookbackDeltaMs { get; init; } = 5 * 60_000;

    public PromQLFeatures Features { get; init; }

    /// <summary>Whether native histograms are scraped where the configuration does not say.</summary>
    public bool ScrapeNativeHistograms { get; init; }

    /// <summary>Whether there are series of a scrape's limits and body where the configuration does not say.</summary>
    public bool ExtraScrapeMetrics { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; }

    public bool CollectHost { get; init; } = true;

    /// <summary>Where this host is seen, and what of it.</summary>
    public HostOptions Host { get; init; } = new();
    public bool CollectContainers { get; init; } = true;

    public ContainerOptions Containers { get; init; } = new();

    /// <summary>Containers are seen where the host is.</summary>
    public ContainerOptions ContainersOfHost => Containers with { ProcPath = Host.ProcPath, SysPath = Host.SysPath, RootFsPath = Host.RootFsPath };

    /// <summary>A port of their own for the metrics of containers; null for none.</summary>
    public ListenAddress? ContainersListenAddress { get; init; }

    public bool CollectSelf { get; init; } = true;

    /// <summary>How often this host and Touchline itself are looked at.</summary>
    public long CollectorIntervalMs { get; init; } = 5_000;

    /// <summary>Modules of probes as blackbox_exporter has them; empty for those that are built in.</summary>
    public string ProbeConfigFile { get; init; } = "";

    /// <summary>What is taken off a scraper's time for the way of a probe's answer.</summary>
    public long ProbeTimeoutOffsetMs { get; init; } = 500;

    /// <summary>A file with checks; empty where the configuration file has them, or nobody.</summary>
    public string ChecksFile { get; init; } = "";

    /// <summary>Where the status pages are served alone; none where they are not.</summary>
    public IReadOnlyList<ListenAddress> HealthListenAddresses { get; init; } = [];

    /// <summary>Whether to start the sample application with its load generator and watch them.</summary>
    public bool Demo { get; init; }

    /// <summary>Faults that the sample is started with, handed to it as they are.</summary>
    public string DemoFaults { get; init; } = "";

    /// <summary>Every flag with the value in force, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Flags { get; init; } = [];
}
