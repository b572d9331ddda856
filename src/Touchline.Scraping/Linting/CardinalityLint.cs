using System.Globalization;
using System.Text.RegularExpressions;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Scraping.Linting;

/// <summary>
/// Finds what makes too many series: families that are large, labels with many values, and values that are different for everyone, as identifiers
/// and addresses are. Beyond what promtool looks at.
/// </summary>
public static partial class CardinalityLint
{
    /// <summary>Series of a family in one exposition: ten label values times a histogram's ten buckets, ten times over.</summary>
    private const int ManySeries = 1000;

    /// <summary>Values of one label: more than there are statuses, methods or routes.</summary>
    private const int ManyValues = 100;

    private const int ShownExample = 60;

    private static readonly (string Kind, Regex Pattern)[] Identifiers =
    [
        ("UUIDs", Uuid()),
        ("e-mail addresses", Mail()),
        ("URLs", Url()),
        ("hashes", Hash()),
        ("numeric identifiers or times", LongNumber()),
    ];

    /// <summary>All findings, sorted by metric and text.</summary>
    public static IReadOnlyList<MetricFinding> Check(IReadOnlyList<MetricFamily> families) =>
    [
        .. families.SelectMany(family => Texts(family).Select(text => new MetricFinding(family.Name, text)))
            .OrderBy(finding => finding.Metric, StringComparer.Ordinal).ThenBy(finding => finding.Text, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Texts(MetricFamily family)
    {
        var series = family.SeriesCount;
        if (series > ManySeries)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{series} series; more than {ManySeries} of one metric in one target are seldom wanted");
        }
        foreach (var label in family.Metrics.SelectMany(metric => metric.Labels).GroupBy(label => label.Name, StringComparer.Ordinal))
        {
            var values = label.Select(l => l.Value).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).ToList();
            if (values.Count > ManyValues)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"label \"{label.Key}\" has {values.Count} values; more than {ManyValues} make a series for each");
            }
            foreach (var (kind, pattern) in Identifiers)
            {
                // One such value among others is a name that happens to look like it.
                var alike = values.Where(value => pattern.IsMatch(value)).ToList();
                if (alike.Count > 0 && alike.Count * 2 >= values.Count)
                {
                    var example = alike[0].Length > ShownExample ? alike[0][..ShownExample] + "…" : alike[0];
                    yield return $"values of label \"{label.Key}\" look like {kind}, which are never the same twice: {QuotedString.Of(example)}";
                    break;
                }
            }
        }
    }

    [GeneratedRegex("^\\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\\}?$")]
    private static partial Regex Uuid();

    [GeneratedRegex("^[^@\\s/]+@[^@\\s/]+\\.[A-Za-z]{2,}$")]
    private static partial Regex Mail();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*://\\S+|^/\\S*\\?\\S+=")]
    private static partial Regex Url();

    [GeneratedRegex("^(?=.*[0-9])(?=.*[a-fA-F])[0-9a-fA-F]{16,}$")]
    private static partial Regex Hash();

    [GeneratedRegex("^[0-9]{7,}$")]
    private static partial Regex LongNumber();
}
