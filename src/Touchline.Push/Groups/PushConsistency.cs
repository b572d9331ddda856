using System.Globalization;
using System.Text;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Push.Groups;

/// <summary>
/// Whether families can stand beside what other groups hold: together they are one exposition, in which each series is there once and each family
/// has one type. The words are those of the client library that Pushgateway asks.
/// </summary>
internal sealed class PushConsistency(IReadOnlyCollection<PushGroup> others)
{
    /// <summary>An answer with every series of a large push in it helps nobody.</summary>
    private const int MostErrors = 20;

    private readonly List<string> _errors = [];

    /// <summary>What is wrong with families that come with the labels of their group; empty where nothing is.</summary>
    public string Check(IReadOnlyCollection<MetricFamily> families)
    {
        foreach (var family in families)
        {
            CheckFamily(family);
            CheckSuffixes(family, families);
            if (_errors.Count > MostErrors)
            {
                break;
            }
        }
        return _errors switch
        {
            [] => "",
            [var only] => only,
            _ => string.Create(CultureInfo.InvariantCulture, $"{_errors.Count} error(s) occurred:\n* {string.Join("\n* ", _errors.Take(MostErrors))}"),
        };
    }

    private void CheckFamily(MetricFamily family)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var type = family.Type;
        foreach (var group in others)
        {
            if (group.Families.TryGetValue(family.Name, out var pushed))
            {
                type = pushed.Family.Type;
                seen.UnionWith(pushed.Family.Metrics.Select(metric => metric.Identity()));
            }
        }
        foreach (var metric in family.Metrics)
        {
            if (_errors.Count > MostErrors)
            {
                return;
            }
            if (Problem(family, metric, type, seen) is { } problem)
            {
                _errors.Add($"collected metric {QuotedString.Of(family.Name)} {{ {Text(metric, family.Type)}}} {problem}");
            }
        }
    }

    private static string? Problem(MetricFamily family, FamilyMetric metric, MetricType type, HashSet<string> seen)
    {
        if (family.Type != type)
        {
            return $"is not a {TypeName(type)}";
        }
        for (var i = 0; i < metric.Labels.Count; i++)
        {
            var name = metric.Labels[i].Name;
            if (i > 0 && name == metric.Labels[i - 1].Name)
            {
                return $"has two or more labels with the same name: {name}";
            }
            if (!LabelNames.IsLegacyLabelName(name) || name.StartsWith(LabelNames.ReservedPrefix, StringComparison.Ordinal))
            {
                return $"has a label with an invalid name: {name}";
            }
            if (type == MetricType.Summary && name == LabelNames.Quantile)
            {
                return $"must not have an explicit {QuotedString.Of(name)} label";
            }
        }
        return seen.Add(metric.Identity()) ? null : "was collected before with the same name and label values";
    }

    /// <summary>A histogram takes more names than its own, and none of them may be another family's.</summary>
    private void CheckSuffixes(MetricFamily family, IReadOnlyCollection<MetricFamily> families)
    {
        foreach (var suffix in (string[])["_count", "_sum", "_bucket"])
        {
            if (family.Name.EndsWith(suffix, StringComparison.Ordinal) && TypeOf(family.Name[..^suffix.Length], families) is { } whole
                && (whole == MetricType.Histogram || (whole == MetricType.Summary && suffix != "_bucket")))
            {
                _errors.Add($"collected metric named {QuotedString.Of(family.Name)} collides with previously collected {TypeName(whole).ToLowerInvariant()} named {QuotedString.Of(family.Name[..^suffix.Length])}");
            }
            var isComposed = family.Type == MetricType.Histogram || (family.Type == MetricType.Summary && suffix != "_bucket");
            if (isComposed && TypeOf(family.Name + suffix, families) is not null)
            {
                var kind = suffix == "_bucket" ? "histogram" : "histogram or summary";
                _errors.Add($"collected {kind} named {QuotedString.Of(family.Name)} collides with previously collected metric named {QuotedString.Of(family.Name + suffix)}");
            }
        }
    }

    private MetricType? TypeOf(string name, IReadOnlyCollection<MetricFamily> families)
    {
        foreach (var group in others)
        {
            if (group.Families.TryGetValue(name, out var pushed))
            {
                return pushed.Family.Type;
            }
        }
        return families.FirstOrDefault(family => family.Name == name)?.Type;
    }

    internal static string TypeName(MetricType type) => type switch
    {
        MetricType.Counter => "COUNTER",
        MetricType.Gauge => "GAUGE",
        MetricType.Summary => "SUMMARY",
        MetricType.Histogram => "HISTOGRAM",
        MetricType.GaugeHistogram => "GAUGE_HISTOGRAM",
        _ => "UNTYPED",
    };

    /// <summary>The metric in protobuf's text format.</summary>
    private static string Text(FamilyMetric metric, MetricType type)
    {
        var text = new StringBuilder();
        foreach (var label in metric.Labels)
        {
            text.Append("label:{name:").Append(QuotedString.Of(label.Name)).Append(" value:").Append(QuotedString.Of(label.Value)).Append("} ");
        }
        var name = TypeName(type).Replace("GAUGE_", "", StringComparison.Ordinal).ToLowerInvariant();
        return text.Append(name).Append(":{").Append(type switch
        {
            MetricType.Histogram or MetricType.GaugeHistogram => string.Join(' ', metric.Points
                .Select(p => $"bucket:{{cumulative_count:{Number(p.Value)} upper_bound:{Number(p.Bound)}}}")
                .Prepend($"sample_count:{Number(metric.Count)} sample_sum:{Number(metric.Sum)}")),
            MetricType.Summary => string.Join(' ', metric.Points
                .Select(p => $"quantile:{{quantile:{Number(p.Bound)} value:{Number(p.Value)}}}")
                .Prepend($"sample_count:{Number(metric.Count)} sample_sum:{Number(metric.Sum)}")),
            _ => $"value:{Number(metric.Value)}",
        }).Append('}').ToString();
    }

    private static string Number(double value) => FamilyNumber.Format(value);
}
