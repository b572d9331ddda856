using System.Globalization;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Push.Groups;
using Touchline.Scraping.Families;

namespace Touchline.Api;

/// <summary>A pushed group in the JSON of Pushgateway: keys in alphabetical order, numbers as text.</summary>
internal static class PushGroupJson
{
    private const string Labels = "labels";
    private const string LastPush = "last_push_successful";

    public static void Write(Utf8JsonWriter json, PushGroup group)
    {
        json.WriteStartObject();
        foreach (var key in group.Families.Keys.Append(Labels).Append(LastPush).Distinct().Order(StringComparer.Ordinal))
        {
            if (key == Labels)
            {
                WriteLabels(json, group.Key.Labels);
            }
            else if (key == LastPush)
            {
                json.WriteBoolean(LastPush, group.LastPushSucceeded);
            }
            else
            {
                WriteFamily(json, group.Families[key]);
            }
        }
        json.WriteEndObject();
    }

    private static void WriteFamily(Utf8JsonWriter json, PushedFamily pushed)
    {
        var family = pushed.Family;
        json.WriteStartObject(family.Name);
        json.WriteString("time_stamp", pushed.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        json.WriteString("type", TypeName(family.Type));
        if (family.Help is { Length: > 0 } help)
        {
            json.WriteString("help", help);
        }
        json.WriteStartArray("metrics");
        foreach (var metric in family.Metrics)
        {
            WriteMetric(json, metric, family.Type);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMetric(Utf8JsonWriter json, FamilyMetric metric, MetricType type)
    {
        json.WriteStartObject();
        var isHistogram = type is MetricType.Histogram or MetricType.GaugeHistogram;
        if (isHistogram && metric.Native is { } native)
        {
            WriteNative(json, native);
        }
        else if (isHistogram)
        {
            WritePoints(json, "buckets", metric, Count);
        }
        if (isHistogram || type == MetricType.Summary)
        {
            json.WriteString("count", metric.Native?.IsFloat == true ? FamilyNumber.Format(metric.Count) : Count(metric.Count));
        }
        WriteLabels(json, metric.Labels);
        if (type == MetricType.Summary)
        {
            WritePoints(json, "quantiles", metric, FamilyNumber.Format);
        }
        if (isHistogram || type == MetricType.Summary)
        {
            json.WriteString("sum", FamilyNumber.Format(metric.Sum));
        }
        else
        {
            json.WriteString("value", FamilyNumber.Format(metric.Value));
        }
        json.WriteEndObject();
    }

    private static void WriteNative(Utf8JsonWriter json, NativeHistogram native)
    {
        json.WriteStartArray("buckets");
        foreach (var bucket in HistogramBucket.Of(native).Where(bucket => bucket.Count != 0))
        {
            json.WriteStartArray();
            json.WriteNumberValue(HistogramJson.EndsOf(bucket));
            json.WriteStringValue(FamilyNumber.Format(bucket.Lower));
            json.WriteStringValue(FamilyNumber.Format(bucket.Upper));
            json.WriteStringValue(native.IsFloat ? FamilyNumber.Format(bucket.Count) : Count(bucket.Count));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WritePoints(Utf8JsonWriter json, string name, FamilyMetric metric, Func<double, string> format)
    {
        json.WriteStartObject(name);
        foreach (var (bound, value) in metric.Points.Select(p => (FamilyNumber.Format(p.Bound), format(p.Value))).OrderBy(p => p.Item1, StringComparer.Ordinal))
        {
            json.WriteString(bound, value);
        }
        json.WriteEndObject();
    }

    /// <summary>Whole counts are written without an exponent, however large they are.</summary>
    private static string Count(double count) =>
        count >= 0 && count < 1UL << 53 && count == Math.Floor(count) ? ((long)count).ToString(CultureInfo.InvariantCulture) : FamilyNumber.Format(count);

    private static void WriteLabels(Utf8JsonWriter json, IReadOnlyList<Label> labels)
    {
        json.WriteStartObject(Labels);
        foreach (var label in labels)
        {
            json.WriteString(label.Name, label.Value);
        }
        json.WriteEndObject();
    }

    private static string TypeName(MetricType type) => type switch
    {
        MetricType.Counter => "COUNTER",
        MetricType.Gauge => "GAUGE",
        MetricType.Summary => "SUMMARY",
        MetricType.Histogram => "HISTOGRAM",
        MetricType.GaugeHistogram => "GAUGE_HISTOGRAM",
        _ => "UNTYPED",
    };
}
