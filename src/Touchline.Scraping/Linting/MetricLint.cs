using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Scraping.Linting;

/// <summary>
/// The checks of <c>promtool check metrics</c>, in its words: names, types and units as the practices of Prometheus have them
/// (prometheus.io/docs/practices/naming).
/// </summary>
public static class MetricLint
{
    private static readonly string[] Abbreviations = ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

    private static readonly string[] Prefixes =
        ["pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi"];

    private static readonly Dictionary<string, string> BaseUnits = new(StringComparer.Ordinal)
    {
        ["amperes"] = "amperes",
        ["bytes"] = "bytes",
        ["celsius"] = "celsius",
        ["grams"] = "grams",
        ["joules"] = "joules",
        ["kelvin"] = "kelvin",
        ["meters"] = "meters",
        ["metres"] = "metres",
        ["seconds"] = "seconds",
        ["volts"] = "volts",
        ["minutes"] = "seconds",
        ["hours"] = "seconds",
        ["days"] = "seconds",
        ["weeks"] = "seconds",
        ["kelvins"] = "kelvin",
        ["fahrenheit"] = "celsius",
        ["rankine"] = "celsius",
        ["inches"] = "meters",
        ["yards"] = "meters",
        ["miles"] = "meters",
        ["bits"] = "bytes",
        ["calories"] = "joules",
        ["pounds"] = "grams",
        ["ounces"] = "grams",
    };

    /// <summary>All findings, sorted by metric and text.</summary>
    public static IReadOnlyList<MetricFinding> Check(IReadOnlyList<MetricFamily> families) =>
    [
        .. families.SelectMany(family => Texts(family).Select(text => new MetricFinding(family.Name, text)))
            .OrderBy(finding => finding.Metric, StringComparer.Ordinal).ThenBy(finding => finding.Text, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Texts(MetricFamily family) =>
        [.. Help(family), .. Units(family), .. Counter(family), .. Parts(family), .. TypeInName(family), .. Spelling(family), .. Duplicates(family)];

    private static IEnumerable<string> Help(MetricFamily family)
    {
        if (family.Help is null)
        {
            yield return "no help text";
        }
    }

    private static IEnumerable<string> Units(MetricFamily family)
    {
        foreach (var part in family.Name.Split('_'))
        {
            if (BaseUnit(part) is { } unit)
            {
                if (unit != part)
                {
                    yield return $"use base unit \"{unit}\" instead of \"{part}\"";
                }
                // The first unit of a name is the one that counts.
                yield break;
            }
        }
    }

    private static string? BaseUnit(string part)
    {
        if (BaseUnits.TryGetValue(part, out var unit))
        {
            return unit;
        }
        foreach (var prefix in Prefixes)
        {
            if (part.StartsWith(prefix, StringComparison.Ordinal) && BaseUnits.TryGetValue(part[prefix.Length..], out unit))
            {
                return unit;
            }
        }
        return null;
    }

    private static IEnumerable<string> Counter(MetricFamily family)
    {
        var isTotal = family.Name.EndsWith("_total", StringComparison.Ordinal);
        if (family.Type == MetricType.Counter && !isTotal)
        {
            yield return "counter metrics should have \"_total\" suffix";
        }
        else if (family.Type is not (MetricType.Counter or MetricType.Unknown) && isTotal)
        {
            yield return "non-counter metrics should not have \"_total\" suffix";
        }
    }

    /// <summary>Names and labels that only parts of histograms and summaries have. Nothing is known of what has no type.</summary>
    private static IEnumerable<string> Parts(MetricFamily family)
    {
        if (family.Type == MetricType.Unknown)
        {
            yield break;
        }
        var isHistogram = family.Type == MetricType.Histogram;
        var isSummary = family.Type == MetricType.Summary;
        if (!isHistogram && family.Name.EndsWith("_bucket", StringComparison.Ordinal))
        {
            yield return "non-histogram metrics should not have \"_bucket\" suffix";
        }
        foreach (var suffix in (string[])["_count", "_sum"])
        {
            if (!isHistogram && !isSummary && family.Name.EndsWith(suffix, StringComparison.Ordinal))
            {
                yield return $"non-histogram and non-summary metrics should not have \"{suffix}\" suffix";
            }
        }
        foreach (var label in family.Metrics.SelectMany(metric => metric.Labels))
        {
            if (!isHistogram && label.Name == LabelNames.BucketBound)
            {
                yield return "non-histogram metrics should not have \"le\" label";
            }
            if (!isSummary && label.Name == LabelNames.Quantile)
            {
                yield return "non-summary metrics should not have \"quantile\" label";
            }
        }
    }

    private static IEnumerable<string> TypeInName(MetricFamily family)
    {
        var type = family.Type switch
        {
            MetricType.Counter => "counter",
            MetricType.Gauge => "gauge",
            MetricType.Histogram => "histogram",
            MetricType.GaugeHistogram => "gauge_histogram",
            MetricType.Summary => "summary",
            _ => null,
        };
        if (type is not null && HasPart(family.Name.ToLowerInvariant(), type))
        {
            yield return $"metric name should not include type '{type}'";
        }
    }

    private static IEnumerable<string> Spelling(MetricFamily family)
    {
        if (family.Name.Contains(':', StringComparison.Ordinal))
        {
            yield return "metric names should not contain ':'";
        }
        if (IsCamelCase(family.Name))
        {
            yield return "metric names should be written in 'snake_case' not 'camelCase'";
        }
        foreach (var label in family.Metrics.SelectMany(metric => metric.Labels))
        {
            if (IsCamelCase(label.Name))
            {
                yield return "label names should be written in 'snake_case' not 'camelCase'";
            }
        }
        var name = family.Name.ToLowerInvariant();
        foreach (var abbreviation in Abbreviations)
        {
            if (HasPart(name, abbreviation))
            {
                yield return "metric names should not contain abbreviated units";
            }
        }
    }

    private static IEnumerable<string> Duplicates(MetricFamily family)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in family.Metrics)
        {
            if (!seen.Add(metric.Identity()))
            {
                yield return "metric not unique";
            }
        }
    }

    private static bool HasPart(string name, string part) =>
        name.Contains($"_{part}_", StringComparison.Ordinal) || name.EndsWith($"_{part}", StringComparison.Ordinal);

    private static bool IsCamelCase(string name)
    {
        for (var i = 1; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]))
            {
                return true;
            }
        }
        return false;
    }
}
