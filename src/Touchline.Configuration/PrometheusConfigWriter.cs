using Touchline.Configuration.Sections;
using Touchline.Configuration.Writing;
using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>Writes a configuration back as YAML in Prometheus's own order, defaults included, secrets as <c>&lt;secret&gt;</c>.</summary>
public static class PrometheusConfigWriter
{
    /// <summary>The whole configuration. Reading it gives the same configuration again, but for the secrets.</summary>
    public static string ToYaml(PrometheusConfig config)
    {
        var output = new YamlOutput();
        output.Mapping(() =>
        {
            output.Section("global", () =>
            {
                output.Entry("scrape_interval", PrometheusDuration.Format(config.Global.ScrapeIntervalMs));
                output.Entry("scrape_timeout", PrometheusDuration.Format(config.Global.ScrapeTimeoutMs));
                output.Entry("evaluation_interval", PrometheusDuration.Format(config.Global.EvaluationIntervalMs));
                ScrapeConfigYaml.WriteLabels(output, "external_labels", Escaped(config.Global.ExternalLabels));
            });
            WriteAlerting(output, config.AlertmanagerTargets);
            output.Texts("rule_files", config.RuleFiles);
            output.List("scrape_configs", config.ScrapeConfigs, job => ScrapeConfigYaml.Write(output, job));
            WriteStorage(output, config.Storage);
            WriteRetentionPolicies(output, config.RetentionPolicies ?? []);
            MiddlewareYaml.Write(output, config.Middleware);
        });
        return output.Finish();
    }

    /// <summary>Writes dollars twice, since a single one would be read as an environment variable.</summary>
    private static Labels Escaped(Labels labels) =>
        Labels.Of([.. labels.Span.ToArray().Select(label => label with { Value = label.Value.Replace("$", "$$", StringComparison.Ordinal) })]);

    private static void WriteAlerting(YamlOutput output, IReadOnlyList<string> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }
        output.Section("alerting", () => output.List<IReadOnlyList<string>>("alertmanagers", [targets], group =>
        {
            output.Entry("scheme", "http");
            output.Entry("api_version", "v2");
            output.List<IReadOnlyList<string>>("static_configs", [group], addresses => output.Texts("targets", addresses));
        }));
    }

    private static void WriteRetentionPolicies(YamlOutput output, IReadOnlyList<RetentionPolicyConfig> policies)
    {
        if (policies.Count == 0)
        {
            return;
        }
        output.List("retention_policies", policies, policy =>
        {
            if (policy.Matchers.Count == 0)
            {
                output.EmptyList("matchers");
            }
            output.Texts("matchers", [.. policy.Matchers.Select(matcher => matcher.ToString())]);
            if (policy.KeepForMs is { } keep)
            {
                output.Entry("keep_for", RetentionPolicySection.KeepFor(keep));
            }
            output.List("downsample", policy.Downsampling, step =>
            {
                output.Entry("after", PrometheusDuration.Format(step.AfterMs));
                output.Entry("resolution", PrometheusDuration.Format(step.ResolutionMs));
            });
        });
    }

    private static void WriteStorage(YamlOutput output, StorageConfig storage)
    {
        if (storage == new StorageConfig())
        {
            return;
        }
        output.Section("storage", () => output.Section("tsdb", () =>
        {
            if (storage.OutOfOrderTimeWindowMs is { } window)
            {
                output.Entry("out_of_order_time_window", PrometheusDuration.Format(window));
            }
            WriteSeriesLimits(output, storage.SeriesLimits);
            if (storage.RetentionTimeMs is null && storage.RetentionSizeBytes is null)
            {
                return;
            }
            output.Section("retention", () =>
            {
                if (storage.RetentionTimeMs is { } time)
                {
                    output.Entry("time", PrometheusDuration.Format(time));
                }
                if (storage.RetentionSizeBytes is { } size)
                {
                    output.Entry("size", ByteSize.Format(size));
                }
            });
        }));
    }

    private static void WriteSeriesLimits(YamlOutput output, SeriesLimitsConfig? limits)
    {
        if (limits is null)
        {
            return;
        }
        output.Section("series_limits", () =>
        {
            if (limits.Total is { } total)
            {
                output.Entry("total", total);
            }
            output.EntryIfAny("per_job", (ulong)limits.PerJob);
            output.EntryIfAny("per_metric", (ulong)limits.PerMetric);
            WriteNamed(output, "jobs", limits.Jobs);
            WriteNamed(output, "metrics", limits.Metrics);
        });
    }

    private static void WriteNamed(YamlOutput output, string key, IReadOnlyDictionary<string, int> limits)
    {
        if (limits.Count == 0)
        {
            return;
        }
        output.Section(key, () =>
        {
            foreach (var (name, limit) in limits.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                output.Entry(name, limit);
            }
        });
    }
}
