using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The <c>storage.tsdb.series_limits</c> section, which Prometheus does not have.</summary>
internal static class SeriesLimitsSection
{
    public static SeriesLimitsConfig? Read(ReadingContext context, MappingReader tsdb)
    {
        if (tsdb.Mapping("series_limits") is not { } node)
        {
            return null;
        }
        var limits = context.Section(node, PrometheusKeys.SeriesLimits);
        return new SeriesLimitsConfig
        {
            Total = limits.Count("total"),
            PerJob = limits.Count("per_job") ?? 0,
            PerMetric = limits.Count("per_metric") ?? 0,
            Jobs = Named(context.Findings, limits, "jobs"),
            Metrics = Named(context.Findings, limits, "metrics"),
        };
    }

    private static Dictionary<string, int> Named(Findings findings, MappingReader limits, string key)
    {
        var named = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, value) in limits.FreeEntries(key))
        {
            if (value is ScalarNode scalar && ScalarValue.TryInteger(scalar, out var limit) && limit >= 0)
            {
                named[name.Value] = (int)Math.Min(limit, int.MaxValue);
            }
            else
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into uint: the limit of {QuotedString.Of(name.Value)} is a whole number from 0 on, without quotes");
            }
        }
        return named;
    }
}
