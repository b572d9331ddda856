using System.Text.Json;
using Touchline.Model;

namespace Touchline.Cli.Query;

/// <summary>
/// Answers as CSV (RFC 4180, lines end with a line feed): a column for each label, in order of their names; behind them time and value. Of a histogram
/// the value is its JSON. What they give is false where the answer has not the shape that was asked for.
/// </summary>
internal static class AnswerCsv
{
    public static bool PrintResult(JsonElement data, TextWriter output)
    {
        if (!data.TryGetProperty("result", out var result))
        {
            return false;
        }
        if (data.GetProperty("resultType").GetString() is "scalar" or "string")
        {
            Write(output, ["timestamp", "value"]);
            Write(output, [Time(result), Value(result)]);
            return true;
        }
        var series = result.EnumerateArray().Select(item => (Labels: SeriesText.Labels(item.GetProperty("metric")), Item: item)).ToList();
        var names = NamesOf(series.Select(s => s.Labels));
        Write(output, [.. names, "timestamp", "value"]);
        foreach (var (labels, item) in series)
        {
            foreach (var point in item.TryGetProperty("value", out _) || item.TryGetProperty("histogram", out _) ? [AnswerText.PointOf(item)] : AnswerText.PointsOf(item))
            {
                Write(output, [.. names.Select(name => labels[name]), Time(point), Value(point)]);
            }
        }
        return true;
    }

    public static bool PrintSeries(JsonElement data, TextWriter output)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            return false;
        }
        var series = data.EnumerateArray().Select(SeriesText.Labels).ToList();
        var names = NamesOf(series);
        Write(output, names);
        foreach (var labels in series)
        {
            Write(output, names.Select(name => labels[name]));
        }
        return true;
    }

    public static bool PrintNames(JsonElement data, TextWriter output)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            return false;
        }
        Write(output, ["name"]);
        foreach (var name in data.EnumerateArray())
        {
            Write(output, [name.GetString() ?? ""]);
        }
        return true;
    }

    public static void Write(TextWriter output, IEnumerable<string> cells) => output.Write(string.Join(',', cells.Select(Quote)) + "\n");

    private static List<string> NamesOf(IEnumerable<Labels> series) => [.. series.SelectMany(labels => labels.Select(label => label.Name)).Distinct().Order(StringComparer.Ordinal)];

    private static string Time(JsonElement point) => TimeText.Utc(point[0].GetDouble());

    private static string Value(JsonElement point) => point[1].ValueKind == JsonValueKind.String ? point[1].GetString() ?? "" : point[1].GetRawText();

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
