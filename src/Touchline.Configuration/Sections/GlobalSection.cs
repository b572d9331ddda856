using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>Limits that a job inherits where it sets none of its own; 0 is no limit.</summary>
internal sealed record InheritedLimits(
    long BodySizeBytes, int Samples, int Targets, int Labels, int LabelNameLength, int LabelValueLength, int DroppedTargets, LimitAction OnLimit)
{
    public static InheritedLimits None { get; } = new(0, 0, 0, 0, 0, 0, 0, LimitAction.Quarantine);

    public static InheritedLimits Read(Findings findings, MappingReader section, InheritedLimits inherited) => new(
        NonZero(section.ByteSize("body_size_limit"), inherited.BodySizeBytes),
        NonZero(section.Count("sample_limit"), inherited.Samples),
        NonZero(section.Count("target_limit"), inherited.Targets),
        NonZero(section.Count("label_limit"), inherited.Labels),
        NonZero(section.Count("label_name_length_limit"), inherited.LabelNameLength),
        NonZero(section.Count("label_value_length_limit"), inherited.LabelValueLength),
        NonZero(section.Count("keep_dropped_targets"), inherited.DroppedTargets),
        ReadAction(findings, section) ?? inherited.OnLimit);

    private static LimitAction? ReadAction(Findings findings, MappingReader section)
    {
        switch (section.Text("on_limit"))
        {
            case null:
                return null;
            case "quarantine":
                return LimitAction.Quarantine;
            case "drop_target":
                return LimitAction.DropTarget;
            case var other:
                findings.Error(section["on_limit"] ?? section.Node, $"on_limit is quarantine or drop_target, got {QuotedString.Of(other)}");
                return null;
        }
    }

    private static long NonZero(long? own, long inherited) => own is null or 0 ? inherited : own.Value;

    private static int NonZero(int? own, int inherited) => own is null or 0 ? inherited : own.Value;
}

/// <summary>What a job has where it does not say otherwise, beside its intervals.</summary>
internal sealed record JobDefaults(InheritedLimits Limits, IReadOnlyList<string>? Protocols, NameSchemes Names, HistogramKeys Histograms, TellingKeys Telling);

/// <summary>The <c>global</c> section.</summary>
internal static class GlobalSection
{
    public static GlobalConfig Read(ReadingContext context, MappingNode? node, out JobDefaults jobs)
    {
        var defaults = new GlobalConfig();
        if (node is null)
        {
            jobs = new JobDefaults(InheritedLimits.None, null, NameSchemes.ReadGlobal(context.Findings, null), HistogramKeys.None, TellingKeys.None);
            return defaults;
        }
        var section = context.Section(node, PrometheusKeys.Global);
        // Zero means "not set", as in Prometheus.
        var interval = section.Duration("scrape_interval") is { } given and > 0 ? given : defaults.ScrapeIntervalMs;
        var timeout = section.Duration("scrape_timeout") ?? 0;
        if (timeout > interval)
        {
            context.Findings.Error(section["scrape_timeout"]!,
                $"global scrape timeout greater than scrape interval: {PrometheusDuration.Format(timeout)} is longer than {PrometheusDuration.Format(interval)}");
            timeout = interval;
        }
        if (timeout == 0)
        {
            timeout = Math.Min(defaults.ScrapeTimeoutMs, interval);
        }
        var evaluation = section.Duration("evaluation_interval") is { } every and > 0 ? every : defaults.EvaluationIntervalMs;
        jobs = new JobDefaults(
            InheritedLimits.Read(context.Findings, section, InheritedLimits.None),
            ScrapeProtocols.Read(context.Findings, section, "global config"),
            NameSchemes.ReadGlobal(context.Findings, section),
            HistogramKeys.Read(section, HistogramKeys.None),
            TellingKeys.Read(context, section, TellingKeys.None));
        context.NotHonoured(section, "global.", "query_log_file");
        if (section.Duration("rule_query_offset") is > 0)
        {
            context.NotHonoured(section, "global.", "rule_query_offset");
        }
        return new GlobalConfig
        {
            ScrapeIntervalMs = interval,
            ScrapeTimeoutMs = timeout,
            EvaluationIntervalMs = evaluation,
            ExternalLabels = LabelSection.Read(context.Findings, section, "external_labels", value => Expand(context, section, value)),
        };
    }

    private static string Expand(ReadingContext context, MappingReader section, string value) =>
        EnvironmentReferences.Expand(value, name =>
        {
            var found = context.Environment(name);
            if (string.IsNullOrEmpty(found))
            {
                context.Findings.Warning(section["external_labels"]!, $"environment variable {name} is empty");
            }
            return found ?? "";
        });
}
