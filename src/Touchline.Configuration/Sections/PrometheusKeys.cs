using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>Every section of prometheus.yml with the keys that Prometheus 3 knows there.</summary>
internal static class PrometheusKeys
{
    /// <summary>Ours: what becomes of what breaks a limit.</summary>
    private const string OnLimit = "on_limit";

    /// <summary>Discovery mechanisms of Prometheus that are not there.</summary>
    public static readonly IReadOnlyList<string> OtherDiscoveries =
    [
        "aws_sd_configs", "azure_sd_configs", "digitalocean_sd_configs",
        "eureka_sd_configs", "gce_sd_configs", "hetzner_sd_configs",
        "ionos_sd_configs", "kuma_sd_configs", "lightsail_sd_configs", "linode_sd_configs",
        "marathon_sd_configs", "nerve_sd_configs", "nomad_sd_configs", "openstack_sd_configs", "ovhcloud_sd_configs",
        "puppetdb_sd_configs", "scaleway_sd_configs", "serverset_sd_configs", "stackit_sd_configs", "triton_sd_configs",
        "uyuni_sd_configs", "vultr_sd_configs",
    ];

    private static readonly string[] Discovery = [.. DiscoveryKeys.Supported, .. OtherDiscoveries];

    public static readonly SectionKeys Root = new("the top level", "config.plain",
    [
        "global", "runtime", "alerting", "rule_files", "scrape_config_files", "scrape_configs", "storage", "tracing", "remote_write",
        "remote_read", "otlp", "retention_policies", "middleware", "checks",
    ], new Dictionary<string, string> { ["downsample"] = "downsampling is a part of a policy: retention_policies: [{ matchers: [...], downsample: [...] }]" });

    /// <summary>Ours: Prometheus has no policies by series.</summary>
    public static readonly SectionKeys RetentionPolicy = new("a retention policy", "retention policy", ["matchers", "keep_for", "downsample"]);

    public static readonly SectionKeys Downsample = new("downsample", "downsample", ["after", "resolution"]);

    /// <summary>Ours: what is asked through its own protocol.</summary>
    public static readonly SectionKeys Middleware = new("middleware", "middleware", ["postgresql", "redis"], new Dictionary<string, string> { ["postgres"] = "it is postgresql here" });

    public static readonly SectionKeys PostgreSqlServer = new("a PostgreSQL server", "postgresql", ["name", "url", "password", "password_file", "scrape_interval", "scrape_timeout", "settings", "collectors", "stat_statements"]);

    public static readonly SectionKeys RedisServer = new("a Redis server", "redis", ["name", "url", "password", "password_file", "scrape_interval", "scrape_timeout", .. MiddlewareKeys.Redis]);

    /// <summary>What a file of --storage.tsdb.retention-policies.file holds.</summary>
    public static readonly SectionKeys RetentionFileRoot = new("a file of retention policies", "retention policies", ["retention_policies"]);

    /// <summary>What a file of scrape_config_files holds.</summary>
    public static readonly SectionKeys ScrapeFileRoot = new("a scrape config file", "config.ScrapeConfigs", ["scrape_configs"]);

    public static readonly SectionKeys Global = new("global", "config.plain",
    [
        "scrape_interval", "scrape_timeout", "scrape_protocols", "evaluation_interval", "rule_query_offset", "query_log_file",
        "scrape_failure_log_file", "external_labels", "body_size_limit", "sample_limit", "target_limit", "label_limit",
        "label_name_length_limit", "label_value_length_limit", "keep_dropped_targets", "metric_name_validation_scheme",
        "metric_name_escaping_scheme", "scrape_native_histograms", "convert_classic_histograms_to_nhcb",
        "always_scrape_classic_histograms", "extra_scrape_metrics", OnLimit,
    ]);

    public static readonly SectionKeys Scrape = new("scrape_configs", "config.ScrapeConfig",
    [
        "job_name", "honor_labels", "honor_timestamps", "track_timestamps_staleness", "params", "scrape_interval", "scrape_timeout",
        "scrape_protocols", "fallback_scrape_protocol", "scrape_native_histograms", "always_scrape_classic_histograms",
        "convert_classic_histograms_to_nhcb", "scrape_failure_log_file", "metrics_path", "scheme", "enable_compression",
        "body_size_limit", "sample_limit", "target_limit", "label_limit", "label_name_length_limit", "label_value_length_limit",
        "native_histogram_bucket_limit", "native_histogram_min_bucket_factor", "keep_dropped_targets", "metric_name_validation_scheme",
        "metric_name_escaping_scheme", "extra_scrape_metrics", OnLimit, "relabel_configs", "metric_relabel_configs",
        .. Discovery, .. HttpClientKeys.Names,
    ], new Dictionary<string, string> { ["targets"] = "targets stand in an entry of static_configs: static_configs: [{ targets: [...] }]" });

    public static readonly SectionKeys Static = new("static_configs", "targetgroup.Group", ["targets", "labels"]);

    public static readonly SectionKeys OAuth2 = new("oauth2", "config.plain",
    [
        "client_id", "client_secret", "client_secret_file", "client_secret_ref", "client_certificate_key_id", "client_certificate_key",
        "client_certificate_key_file", "client_certificate_key_ref", "grant_type", "signature_algorithm", "iss", "audience", "claims",
        "scopes", "token_url", "endpoint_params", "tls_config", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header",
    ]);

    public static readonly SectionKeys HttpHeader = new("a header of http_headers", "config.Header", ["values", "secrets", "files"]);

    public static readonly SectionKeys Relabel = new("a relabelling step", "relabel.plain",
        ["source_labels", "separator", "regex", "modulus", "target_label", "replacement", "action"]);

    public static readonly SectionKeys BasicAuth = new("basic_auth", "config.plain",
        ["username", "username_file", "username_ref", "password", "password_file", "password_ref"]);

    public static readonly SectionKeys Authorization = new("authorization", "config.Authorization",
        ["type", "credentials", "credentials_file", "credentials_ref"]);

    public static readonly SectionKeys Tls = new("tls_config", "config.plain",
    [
        "ca", "cert", "key", "ca_file", "cert_file", "key_file", "ca_ref", "cert_ref", "key_ref", "server_name", "insecure_skip_verify",
        "min_version", "max_version",
    ]);

    public static readonly SectionKeys Alerting = new("alerting", "config.plain", ["alert_relabel_configs", "alertmanagers"]);

    public static readonly SectionKeys Alertmanager = new("alertmanagers", "config.plain",
        ["scheme", "path_prefix", "timeout", "api_version", "sigv4", "relabel_configs", "alert_relabel_configs", .. Discovery, .. HttpClientKeys.Names]);

    public static readonly SectionKeys Storage = new("storage", "config.plain", ["tsdb", "exemplars"]);

    public static readonly SectionKeys Exemplars = new("storage.exemplars", "config.ExemplarsConfig", ["max_exemplars"]);

    public static readonly SectionKeys Retention = new("storage.tsdb.retention", "config.TSDBRetentionConfig", ["time", "size"]);

    public static readonly SectionKeys Tsdb = new("storage.tsdb", "config.plain", ["out_of_order_time_window", "retention", "series_limits"], RetentionHints());

    /// <summary>A section of Touchline's own.</summary>
    public static readonly SectionKeys SeriesLimits = new("storage.tsdb.series_limits", "config.plain", ["total", "per_job", "per_metric", "jobs", "metrics"]);

    public static readonly SectionKeys RemoteWrite = new("remote_write", "config.plain",
    [
        "url", "remote_timeout", "headers", "write_relabel_configs", "name", "send_exemplars", "send_native_histograms", "round_robin_dns",
        "protobuf_message", "queue_config", "metadata_config", "sigv4", "azuread", "google_iam", .. HttpClientKeys.Names,
    ]);

    public static readonly SectionKeys RemoteWriteQueue = new("queue_config", "config.QueueConfig",
    [
        "capacity", "max_shards", "min_shards", "max_samples_per_send", "batch_send_deadline", "min_backoff", "max_backoff", "retry_on_http_429",
        "sample_age_limit",
    ]);

    public static readonly SectionKeys RemoteWriteMetadata = new("metadata_config", "config.MetadataConfig", ["send", "send_interval", "max_samples_per_send"]);

    public static readonly SectionKeys Runtime = new("runtime", "config.RuntimeConfig", ["gogc"]);

    public static readonly IReadOnlyList<SectionKeys> All =
    [
        Root, Global, Scrape, Static, .. DiscoveryKeys.Sections, Relabel, OAuth2, HttpHeader, BasicAuth, Authorization, Tls, RemoteWrite, RemoteWriteQueue, RemoteWriteMetadata, Alerting, Alertmanager, Storage,
        Exemplars, Tsdb, Retention, SeriesLimits, Runtime, RetentionPolicy, Downsample, Middleware, PostgreSqlServer, MiddlewareKeys.Statements, RedisServer,
    ];

    /// <summary>Retention is a command line flag in most Prometheus versions, and people look for it here under many names.</summary>
    private static Dictionary<string, string> RetentionHints()
    {
        const string Time = "retention by time is \"retention: { time: 7d }\" here, or the flag --storage.tsdb.retention.time=7d";
        const string Size = "retention by size is \"retention: { size: 2GB }\" here, or the flag --storage.tsdb.retention.size=2GB";
        var hints = new Dictionary<string, string>();
        foreach (var key in (string[])["retention_time", "retention.time", "data_retention_time", "retention_period"])
        {
            hints[key] = Time;
        }
        foreach (var key in (string[])["retention_size", "retention.size", "data_retention_size", "record_retention_size", "max_bytes"])
        {
            hints[key] = Size;
        }
        hints["path"] = "the data directory is the flag --storage.tsdb.path=./data";
        return hints;
    }
}
