using System.CommandLine;
using static Touchline.Cli.FlagMaker;

namespace Touchline.Cli;

/// <summary>
/// The server's flags as text; <see cref="ServerOptionsReader"/> checks them all, so that every mistake is told at once. A flag is
/// given as in Prometheus: <c>--name value</c>, <c>--name=value</c>, <c>--switch</c> or <c>--no-switch</c>.
/// </summary>
internal sealed class ServerFlags
{
    public Option<string> ConfigFile { get; } = Text("config.file", "", "Prometheus configuration file. Without one, this host and Touchline itself are watched.", "FILE");

    public Option<bool> ConfigStrict { get; } = Switch("config.strict", "Refuse a configuration file with unknown keys or unusable jobs, as Prometheus does, instead of skipping them with a warning.");

    public Option<string> DataPath { get; } = Text("storage.tsdb.path", "./data", "Directory that keeps the metrics.", "DIR");

    public Option<string> RetentionTime { get; } = Text("storage.tsdb.retention.time", "15d", "How long samples are kept. Units: y, w, d, h, m, s, ms.", "DURATION");

    public Option<string> RetentionSize { get; } = Text("storage.tsdb.retention.size", "0B", "Most bytes kept on disk, the oldest go first; 0B is no limit. Units: B, KB, MB, GB, TB, PB, EB.", "SIZE");

    public Option<string> RetentionPoliciesFile { get; } = Text("storage.tsdb.retention-policies.file", "", "File with retention_policies, which may stand in --config.file too: how long which series are kept, and from which age on as aggregates.", "FILE");

    public Option<string> MaxSeries { get; } = Text("storage.tsdb.max-series", "0", "Most series in the head; then the fastest growing metric gets no new ones. 0 is no limit.", "NUMBER");

    public Option<string> BlockDuration { get; } = Hidden(Text("storage.tsdb.min-block-duration", "2h", "Time range of a block before compaction. For tests.", "DURATION"));

    public Option<string[]> ListenAddress { get; } = new("--web.listen-address")
    {
        Description = "Address to listen on, HOST:PORT or :PORT for every interface. Can be repeated.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => ["127.0.0.1:9090"],
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string> WebConfigFile { get; } = Text("web.config.file", "", "File with TLS certificates and basic-auth users of the web server.", "FILE");

    public Option<string> ExternalUrl { get; } = Text("web.external-url", "", "URL under which Touchline is reached from outside; its path prefixes every page and endpoint.", "URL");

    public Option<string> RoutePrefix { get; } = Text("web.route-prefix", "", "Path prefix of pages and endpoints. Defaults to the path of --web.external-url.", "PATH");

    public Option<bool> EnableLifecycle { get; } = Switch("web.enable-lifecycle", "Allow POST /-/reload and /-/quit.");

    public Option<bool> EnableAdminApi { get; } = Switch("web.enable-admin-api", "Allow deleting series and taking snapshots through /api/v1/admin/tsdb.");

    public Option<bool> EnableRemoteWriteReceiver { get; } = Switch("web.enable-remote-write-receiver", "Accept samples that others send to /api/v1/write: Prometheus remote write 1.0 and 2.0.");

    public Option<string> RemoteQueueSize { get; } = Text("storage.remote.queue-size", "1GB", "Most bytes on disk of samples that wait for receivers of remote_write, the oldest go first. Units: B, KB, MB, GB, TB, PB, EB.", "SIZE");

    public Option<bool> Agent { get; } = Switch("agent", "Only collect, and send by remote_write: no queries, rules or pages, and little memory.");

    public Option<string> AgentPath { get; } = Text("storage.agent.path", "./data-agent", "Directory for samples that wait to be sent, with --agent.", "DIR");

    public Option<bool> EnablePushReceiver { get; } = Switch("web.enable-push-receiver", "Accept what jobs push: /metrics/job/… as Pushgateway does, and text at /api/v1/import/prometheus as VictoriaMetrics does.");

    public Option<string> PersistenceFile { get; } = Text("persistence.file", "", "File that keeps pushed groups over a restart. Defaults to pushed.json in the data directory.", "FILE");

    public Option<string> PersistenceInterval { get; } = Text("persistence.interval", "5s", "Least time between two writes of that file.", "DURATION");

    public StatsDFlags StatsD { get; } = new();

    public Option<string> MaxConnections { get; } = Text("web.max-connections", "512", "Most connections open at once.", "NUMBER");

    public Option<string> CorsOrigin { get; } = Text("web.cors.origin", ".*", "Regular expression of the browser origins that may read the API, fully anchored.", "REGEX");

    public Option<string> QueryTimeout { get; } = Text("query.timeout", "2m", "Longest time that a query may take.", "DURATION");

    public Option<string> QueryMaxSamples { get; } = Text("query.max-samples", "50000000", "Most samples that one query may hold in memory.", "NUMBER");

    public Option<string> QueryMaxConcurrency { get; } = Text("query.max-concurrency", "20", "Most queries evaluated at once.", "NUMBER");

    public Option<string> QueryRangeCacheSize { get; } = Text("query.range-cache-size", "32MB", "Memory for answers of range queries: where the same is asked again, only steps that are new or changed are computed. 0B keeps none.", "SIZE");

    public Option<string> LookbackDelta { get; } = Text("query.lookback-delta", "5m", "How far a query looks back for the newest sample of a series.", "DURATION");

    public Option<string[]> EnableFeature { get; } = List("enable-feature", "Comma-separated features to switch on: promql-experimental-functions, promql-duration-expr, promql-extended-range-selectors, promql-binop-fill-modifiers, promql-delayed-name-removal, promql-per-step-stats, type-and-unit-labels.", "NAME,…");

    public Option<bool> CollectHost { get; } = Switch("collector.host", "Watch this host: job \"node\", with the metrics of node_exporter.", true);

    public ContainerFlags Containers { get; } = new();

    public Option<bool> CollectSelf { get; } = Switch("collector.self", "Watch Touchline itself: job \"touchline\".", true);

    public HostFlags Host { get; } = new();

    public Option<string> CollectorInterval { get; } = Text("collector.interval", "5s", "How often this host and Touchline itself are looked at.", "DURATION");

    public Option<string> ProbeConfigFile { get; } = Text("probe.config.file", "", "File with the modules of /probe, as blackbox_exporter's blackbox.yml. Without one, its example modules are there.", "FILE");

    public Option<string> ProbeTimeoutOffset { get; } = Text("probe.timeout-offset", "500ms", "What a probe leaves of the scraper's timeout for the way of its answer.", "DURATION");

    public Option<string> ChecksFile { get; } = Text("checks.file", "", "File with checks, which may stand in --config.file too: what is looked at from outside, one line each.", "FILE");

    public Option<string[]> HealthListenAddress { get; } = List("health.listen-address", "Address that serves nothing but the status pages and /health of checks, without a password. Can be repeated.", "ADDRESS");

    public Option<bool> Demo { get; } = Switch("demo", "Start the sample application with its users on port 8000, and watch it.");

    public Option<string> DemoFaults { get; } = Text("demo.faults", "", "Faults that the sample application is started with, comma-separated: see samples/FootballPrediction.", "FAULT,…");

    public Option<string> LogLevel { get; } = Text("log.level", "info", "Lowest severity logged: debug, info, warn or error.", "LEVEL");

    public Option<string> LogFormat { get; } = Text("log.format", "logfmt", "Format of log lines on stderr: logfmt or json.", "FORMAT");

    public Option<bool> AlertmanagerDrain { get; } = Hidden(Switch("alertmanager.drain-notification-queue-on-shutdown", "Accepted for compatibility.", true));

    /// <summary>In the order of <c>--help</c>.</summary>
    public IReadOnlyList<Option> All =>
    [
        ConfigFile, ConfigStrict, DataPath, RetentionTime, RetentionSize, RetentionPoliciesFile, MaxSeries, BlockDuration, RemoteQueueSize, Agent, AgentPath, ListenAddress, WebConfigFile, ExternalUrl, RoutePrefix,
        EnableLifecycle, EnableAdminApi, EnableRemoteWriteReceiver, EnablePushReceiver, PersistenceFile,
        PersistenceInterval, .. StatsD.All, MaxConnections, CorsOrigin, QueryTimeout, QueryMaxSamples, QueryMaxConcurrency,
        QueryRangeCacheSize, LookbackDelta, EnableFeature, CollectHost, .. Containers.All, CollectSelf, CollectorInterval, ProbeConfigFile, ProbeTimeoutOffset, ChecksFile, HealthListenAddress, Demo, DemoFaults, LogLevel,
        LogFormat, AlertmanagerDrain, .. Host.All,
    ];

    private static Option<T> Hidden<T>(Option<T> option)
    {
        option.Hidden = true;
        return option;
    }
}
