using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Scraping.Linting;

/// <summary>How many series a family has, and which part of all that is, as <c>promtool check metrics --extended</c> counts.</summary>
/// <param name="Metric">The family's name.</param>
/// <param name="Cardinality">Its series; histograms and summaries are taken to be all like the first.</param>
/// <param name="Part">From 0 to 1.</param>
public readonly record struct FamilySize(string Metric, int Cardinality, double Part)
{
    /// <summary>The largest first, by name where they are equal.</summary>
    public static IReadOnlyList<FamilySize> Of(IReadOnlyList<MetricFamily> families)
    {
        var sizes = families.Select(family => (family.Name, Count: Count(family))).ToList();
        var total = sizes.Sum(size => size.Count);
        return
        [
            .. sizes.OrderByDescending(size => size.Count).ThenBy(size => size.Name, StringComparer.Ordinal)
                .Select(size => new FamilySize(size.Name, size.Count, (double)size.Count / total)),
        ];
    }

    private static int Count(MetricFamily family) => family.Type is MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Summary
        ? family.Metrics.Count * (2 + family.Metrics[0].Points.Count)
        : family.Metrics.Count;
}
