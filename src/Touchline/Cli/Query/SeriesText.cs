using System.Text;
using System.Text.Json;
using Touchline.Model;

namespace Touchline.Cli.Query;

/// <summary>The labels of a series as a selector.</summary>
internal static class SeriesText
{
    public static Labels Labels(JsonElement metric) =>
        Model.Labels.Of([.. metric.EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString() ?? ""))]);

    public static string Of(Labels labels, Terminal terminal)
    {
        if (!terminal.IsColoured)
        {
            return labels.ToString();
        }
        var text = new StringBuilder(terminal.Bold(labels.MetricName));
        var pairs = labels.Where(label => label.Name != LabelNames.MetricName)
            .Select(label => $"{terminal.Paint(LabelNames.IsLegacyLabelName(label.Name) ? label.Name : QuotedString.Of(label.Name), 36)}={terminal.Paint(QuotedString.Of(label.Value), 32)}")
            .ToList();
        if (pairs.Count > 0 || labels.MetricName.Length == 0)
        {
            text.Append('{').AppendJoin(", ", pairs).Append('}');
        }
        return text.ToString();
    }

    /// <summary>The value of a point as the server wrote it; of a histogram its figures.</summary>
    public static string Value(JsonElement point)
    {
        var value = point[1];
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString() ?? "";
        }
        var buckets = value.TryGetProperty("buckets", out var list) ? list.GetArrayLength() : 0;
        return $"count {value.GetProperty("count").GetString()}, sum {value.GetProperty("sum").GetString()}, {buckets} buckets";
    }
}
