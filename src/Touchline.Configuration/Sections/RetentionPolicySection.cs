using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>
/// The <c>retention_policies</c> list, which is Touchline's own. What it gets wrong could cost data, so nothing of it is skipped: with one error in it there
/// are no policies at all.
/// </summary>
internal static class RetentionPolicySection
{
    private const string Key = "retention_policies";
    private const string Forever = "forever";

    private static readonly (string Name, long Milliseconds)[] Resolutions = [("5m", 5 * 60_000), ("1h", 60 * 60_000)];

    /// <summary>The policies in their order; none where the key is absent, null where there are errors.</summary>
    public static IReadOnlyList<RetentionPolicyConfig>? Read(ReadingContext context, MappingReader root)
    {
        var strict = context.Strictly();
        var policies = new List<RetentionPolicyConfig>();
        MappingNode? everything = null;
        foreach (var item in root.Items(Key, "a list of policies", strict.Findings))
        {
            if (item is not MappingNode node)
            {
                strict.Findings.Error(item, $"each item of {Key} holds keys and values: matchers, keep_for, downsample");
                continue;
            }
            if (everything is not null)
            {
                strict.Findings.Warning(node, $"no series gets here: the policy of line {everything.At.Line} takes every series, and the first that matches counts");
            }
            var errors = strict.Findings.ErrorCount;
            var policy = ReadPolicy(strict, node);
            policies.Add(policy);
            // A policy whose matchers are wrong has none, and is not meant to have none.
            everything ??= policy.Matchers.Count == 0 && strict.Findings.ErrorCount == errors ? node : null;
        }
        return strict.Findings.ErrorCount == 0 ? policies : null;
    }

    /// <summary>How a time to keep samples for is written.</summary>
    public static string KeepFor(long milliseconds) => milliseconds == 0 ? Forever : PrometheusDuration.Format(milliseconds);

    private static RetentionPolicyConfig ReadPolicy(ReadingContext context, MappingNode node)
    {
        var section = context.Section(node, PrometheusKeys.RetentionPolicy);
        var policy = new RetentionPolicyConfig
        {
            Matchers = ReadMatchers(context.Findings, section),
            KeepForMs = ReadKeepFor(context.Findings, section),
            Downsampling = ReadDownsampling(context, section),
        };
        if (policy.KeepForMs is null && policy.Downsampling.Count == 0 && context.Findings.ErrorCount == 0)
        {
            context.Findings.Error(node, "the policy changes nothing: it needs keep_for, downsample, or both");
        }
        if (policy.KeepForMs is > 0 and var keep && policy.Downsampling.Count > 0 && policy.Downsampling[^1].AfterMs >= keep)
        {
            context.Findings.Error(section["downsample"]!, $"nothing is left to aggregate after {PrometheusDuration.Format(policy.Downsampling[^1].AfterMs)}: keep_for is {KeepFor(keep)}");
        }
        return policy;
    }

    private static List<LabelMatcher> ReadMatchers(Findings findings, MappingReader section)
    {
        var matchers = new List<LabelMatcher>();
        if (section.Key("matchers") is null)
        {
            findings.Error(section.Node, "the policy has no matchers; for every series write matchers: []");
        }
        foreach (var item in section.Items("matchers", "a list of matchers"))
        {
            if (item is not ScalarNode { IsNull: false } scalar)
            {
                findings.Error(item, "a matcher is a text, as 'job=\"api\"'");
            }
            else if (!MatcherText.TryParse(scalar.Value, out var matcher, out var problem))
            {
                findings.Error(item, problem);
            }
            else
            {
                matchers.Add(matcher);
            }
        }
        return matchers;
    }

    private static long? ReadKeepFor(Findings findings, MappingReader section)
    {
        if (section["keep_for"] is not { } node)
        {
            return null;
        }
        if (node is ScalarNode { Value: var text } && Spelling.Closest(text, [Forever]) is not null)
        {
            if (text != Forever)
            {
                findings.Error(node, $"not a valid duration string: {QuotedString.Of(text)}; did you mean {Forever}?");
            }
            return 0;
        }
        var keep = section.Duration("keep_for");
        if (keep == 0)
        {
            findings.Error(node, $"keep_for is 0, which would keep nothing; write {Forever} for samples that are never dropped");
        }
        return keep;
    }

    private static List<DownsamplingConfig> ReadDownsampling(ReadingContext context, MappingReader section)
    {
        var steps = new List<DownsamplingConfig>();
        foreach (var node in context.Sections(section, "downsample", "downsample", "an item of downsample is empty: it needs after and resolution"))
        {
            var step = context.Section(node, PrometheusKeys.Downsample);
            var (after, resolution) = (step.Duration("after"), ReadResolution(context.Findings, step));
            if (step.Key("after") is null || step.Key("resolution") is null)
            {
                context.Findings.Error(node, "an item of downsample needs both after and resolution, as { after: 30d, resolution: 5m }");
            }
            if (after is null || resolution is null)
            {
                continue;
            }
            if (after == 0)
            {
                context.Findings.Error(step["after"]!, "after is an age of more than 0, as 30d");
            }
            if (steps.Count > 0 && (after <= steps[^1].AfterMs || resolution <= steps[^1].ResolutionMs))
            {
                context.Findings.Error(node, "ages and resolutions must rise from item to item: 5m after 30d, then 1h after 180d");
            }
            steps.Add(new DownsamplingConfig(after.Value, resolution.Value));
        }
        return steps;
    }

    private static long? ReadResolution(Findings findings, MappingReader step)
    {
        if (step.Duration("resolution") is not { } resolution)
        {
            return null;
        }
        if (!Array.Exists(Resolutions, known => known.Milliseconds == resolution))
        {
            findings.Error(step["resolution"]!, $"aggregates have a resolution of {string.Join(" or ", Resolutions.Select(known => known.Name))}, not {PrometheusDuration.Format(resolution)}");
        }
        return resolution;
    }
}
