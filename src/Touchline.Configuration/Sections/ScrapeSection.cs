using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The list of jobs. A job with an error is left out, whole: half of one would watch the wrong things.</summary>
internal sealed class ScrapeSection(GlobalConfig global, JobDefaults inherited)
{
    private readonly Dictionary<string, string> _firstSeen = new(StringComparer.Ordinal);
    private readonly List<ScrapeConfig> _jobs = [];

    public IReadOnlyList<ScrapeConfig> Jobs => _jobs;

    /// <summary>Adds the jobs of one file: the main one, or one of scrape_config_files.</summary>
    public void ReadAll(ReadingContext context, MappingReader parent, string file)
    {
        foreach (var node in context.Sections(parent, "scrape_configs", "[]*config.ScrapeConfig", "empty or null scrape config section"))
        {
            var before = context.Findings.ErrorCount;
            var section = context.Section(node, PrometheusKeys.Scrape);
            var job = ReadJob(context, section);
            RejectRepeatedName(context.Findings, section, job.JobName, file);
            if (context.Findings.ErrorCount == before)
            {
                _jobs.Add(job);
            }
            else if (!context.Findings.Strict)
            {
                context.Findings.Warning(node, $"job {QuotedString.Of(job.JobName)} is skipped because of the errors in it");
            }
        }
    }

    private void RejectRepeatedName(Findings findings, MappingReader section, string name, string file)
    {
        if (name.Length == 0)
        {
            findings.Error(section["job_name"] ?? section.Node, "job_name is empty: every job needs one of its own");
            return;
        }
        var place = $"{file}:{section.Node.At.Line}";
        if (!_firstSeen.TryAdd(name, place))
        {
            findings.Error(section["job_name"] ?? section.Node, $"found multiple scrape configs with job name {QuotedString.Of(name)}: the first is at {_firstSeen[name]}");
        }
    }

    private ScrapeConfig ReadJob(ReadingContext context, MappingReader section)
    {
        var defaults = new ScrapeConfig { JobName = "" };
        var interval = section.Duration("scrape_interval") is { } given and > 0 ? given : global.ScrapeIntervalMs;
        var own = InheritedLimits.Read(context.Findings, section, inherited.Limits);
        var of = $"scrape config with job name {QuotedString.Of(section.Text("job_name") ?? "")}";
        var names = NameSchemes.ReadJob(context.Findings, section, inherited.Names);
        var histograms = HistogramKeys.Read(section, inherited.Histograms);
        var where = "scrape_configs.";
        var telling = TellingKeys.Read(context, section, inherited.Telling);
        SkipDiscoveries(context.Findings, section);
        var relabelling = RelabelSection.Read(context, section, "relabel_configs", "target");
        if (section["relabel_configs"] is null or SequenceNode { Items.Count: 0 })
        {
            TargetGroups.RejectUrls(context, section);
        }
        return new ScrapeConfig
        {
            JobName = section.Text("job_name") ?? "",
            ScrapeIntervalMs = interval,
            ScrapeTimeoutMs = ReadTimeout(context.Findings, section, interval),
            ScrapeProtocols = ScrapeProtocols.Read(context.Findings, section, of) ?? inherited.Protocols,
            FallbackScrapeProtocol = ScrapeProtocols.ReadFallback(context.Findings, section, of),
            MetricsPath = section.Text("metrics_path") ?? defaults.MetricsPath,
            Scheme = ReadScheme(context.Findings, section) ?? defaults.Scheme,
            Params = ReadParams(context.Findings, section),
            HonorLabels = section.Boolean("honor_labels", defaults.HonorLabels),
            HonorTimestamps = section.Boolean("honor_timestamps", defaults.HonorTimestamps),
            TrackTimestampsStaleness = section.Boolean("track_timestamps_staleness", defaults.TrackTimestampsStaleness),
            BodySizeLimitBytes = own.BodySizeBytes,
            SampleLimit = own.Samples,
            LabelLimit = own.Labels,
            LabelNameLengthLimit = own.LabelNameLength,
            LabelValueLengthLimit = own.LabelValueLength,
            TargetLimit = own.Targets,
            KeepDroppedTargets = own.DroppedTargets,
            NativeHistogramBucketLimit = section.Count("native_histogram_bucket_limit") ?? 0,
            NativeHistogramMinBucketFactor = section.Number("native_histogram_min_bucket_factor") ?? 0,
            OnLimit = own.OnLimit,
            ScrapeNativeHistograms = histograms.Native,
            ConvertClassicHistograms = histograms.Convert,
            AlwaysScrapeClassicHistograms = histograms.AlwaysClassic,
            ExtraScrapeMetrics = telling.ExtraMetrics,
            ScrapeFailureLogFile = telling.FailureLogFile,
            MetricNameValidation = names.Validation!.Value,
            MetricNameEscaping = names.Escaping!,
            Http = HttpClientSection.Read(context, section, where) with
            {
                EnableCompression = section.Boolean("enable_compression", absent: true),
            },
            StaticConfigs = TargetGroups.ReadStatic(context, section),
            FileDiscoveryConfigs = TargetGroups.ReadFileDiscovery(context, section),
            HttpDiscoveryConfigs = ServiceDiscovery.ReadHttp(context, section, where),
            DnsDiscoveryConfigs = ServiceDiscovery.ReadDns(context, section),
            DockerDiscoveryConfigs = DockerDiscoverySection.Read(context, section, where),
            DockerSwarmDiscoveryConfigs = DockerSwarmDiscoverySection.Read(context, section, where),
            Ec2DiscoveryConfigs = Ec2DiscoverySection.Read(context, section, where),
            ConsulDiscoveryConfigs = ConsulDiscoverySection.Read(context, section, where),
            KubernetesDiscoveryConfigs = KubernetesDiscoverySection.Read(context, section, where),
            RelabelConfigs = relabelling,
            MetricRelabelConfigs = RelabelSection.Read(context, section, "metric_relabel_configs", "metric"),
        };
    }

    /// <summary>Names each way of discovery that is not there, so that nobody waits for its targets; the job's others are scraped.</summary>
    private static void SkipDiscoveries(Findings findings, MappingReader section)
    {
        foreach (var key in PrometheusKeys.OtherDiscoveries.Where(section.Has))
        {
            findings.Warning(section.Key(key)!,
                $"scrape_configs.{key} is not supported by this version: its targets are not discovered, all else of the job runs; "
                + $"supported are {string.Join(", ", DiscoveryKeys.Supported)}");
        }
    }

    private long ReadTimeout(Findings findings, MappingReader section, long interval)
    {
        var timeout = section.Duration("scrape_timeout") ?? 0;
        if (timeout > interval)
        {
            findings.Error(section["scrape_timeout"]!,
                $"scrape timeout greater than scrape interval for scrape config with job name {QuotedString.Of(section.Text("job_name") ?? "")}: "
                + $"{PrometheusDuration.Format(timeout)} is longer than {PrometheusDuration.Format(interval)}");
        }
        return timeout > 0 ? timeout : Math.Min(global.ScrapeTimeoutMs, interval);
    }

    private static string? ReadScheme(Findings findings, MappingReader section)
    {
        var scheme = section.Text("scheme");
        if (scheme is null or "http" or "https")
        {
            return scheme;
        }
        // Relabelling can still set another one, so this is no error.
        findings.Warning(section.Key("scheme")!, $"scheme {QuotedString.Of(scheme)} cannot be scraped: http or https");
        return scheme;
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadParams(Findings findings, MappingReader section)
    {
        var parameters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, value) in section.FreeEntries("params"))
        {
            var values = new List<string>();
            foreach (var item in (value as SequenceNode)?.Items ?? [])
            {
                if (item is ScalarNode scalar)
                {
                    values.Add(scalar.IsNull ? "" : scalar.Value);
                }
                else
                {
                    findings.Error(item, $"cannot unmarshal {item.Tag} into string: each value of parameter {name.Value} is a single text");
                }
            }
            if (value is not SequenceNode && !value.IsNull)
            {
                var hint = value is ScalarNode ? $"; did you mean {name.Value}: [{((ScalarNode)value).Value}]?" : "";
                findings.Error(value, $"cannot unmarshal {value.Tag} into []string: the values of parameter {name.Value} are a list{hint}");
            }
            parameters[name.Value] = values;
        }
        return parameters;
    }
}
