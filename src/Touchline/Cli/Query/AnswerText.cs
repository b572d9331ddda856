using System.Text.Json;
using Touchline.Model;

namespace Touchline.Cli.Query;

/// <summary>Answers as tables for people. What they give is false where the answer has not the shape that was asked for.</summary>
internal static class AnswerText
{
    private const int MostSummarized = 20;

    public static bool PrintResult(JsonElement data, Terminal terminal)
    {
        if (!data.TryGetProperty("result", out var result))
        {
            return false;
        }
        switch (data.GetProperty("resultType").GetString())
        {
            case "scalar" or "string":
                terminal.Output.WriteLine(SeriesText.Value(result));
                return true;
            case "vector":
                PrintTable(["value"], [.. result.EnumerateArray().Select(item => (new[] { SeriesText.Value(PointOf(item)) }, SeriesText.Labels(item.GetProperty("metric"))))], terminal);
                return true;
            default:
                foreach (var item in result.EnumerateArray())
                {
                    terminal.Output.WriteLine(SeriesText.Of(SeriesText.Labels(item.GetProperty("metric")), terminal));
                    foreach (var point in PointsOf(item))
                    {
                        terminal.Output.WriteLine($"  {terminal.Dim(TimeText.Utc(point[0].GetDouble()))}  {SeriesText.Value(point)}");
                    }
                }
                return true;
        }
    }

    /// <summary>A chart of all series, and a line of figures for each.</summary>
    public static bool PrintRange(JsonElement data, Terminal terminal)
    {
        if (!data.TryGetProperty("result", out var result) || data.GetProperty("resultType").GetString() != "matrix")
        {
            return false;
        }
        var series = result.EnumerateArray().Select(ChartSeries.Of).ToList();
        if (series.Count == 0)
        {
            terminal.Output.WriteLine(terminal.Dim("no series"));
            return true;
        }
        var drawn = series.Where(s => s.Values.Any(double.IsFinite)).Take(Terminal.Palette.Count).ToList();
        if (drawn.Count > 0)
        {
            TerminalChart.Print(drawn, terminal);
            terminal.Output.WriteLine();
        }
        var rows = new List<(string[] Cells, Labels Labels)>();
        foreach (var one in series.Take(MostSummarized))
        {
            var finite = one.Values.Where(double.IsFinite).ToList();
            string[] figures = finite.Count == 0
                ? ["", "", "", one.Last]
                : [TerminalChart.Short(finite.Min()), TerminalChart.Short(finite.Average()), TerminalChart.Short(finite.Max()), one.Last];
            var at = drawn.IndexOf(one);
            var spark = TerminalChart.Spark(one.Values);
            rows.Add(([.. figures, at >= 0 ? terminal.Paint(spark, Terminal.Palette[at]) : spark], one.Labels));
        }
        PrintTable(["min", "mean", "max", "last", ""], rows, terminal);
        if (series.Count > MostSummarized)
        {
            terminal.Output.WriteLine(terminal.Dim($"and {series.Count - MostSummarized} more series; --csv prints all"));
        }
        return true;
    }

    public static bool PrintSeries(JsonElement data, Terminal terminal)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            return false;
        }
        foreach (var metric in data.EnumerateArray())
        {
            terminal.Output.WriteLine(SeriesText.Of(SeriesText.Labels(metric), terminal));
        }
        return true;
    }

    public static bool PrintNames(JsonElement data, Terminal terminal)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            return false;
        }
        foreach (var name in data.EnumerateArray())
        {
            terminal.Output.WriteLine(name.GetString());
        }
        return true;
    }

    public static JsonElement PointOf(JsonElement item) => item.TryGetProperty("value", out var value) ? value : item.GetProperty("histogram");

    /// <summary>Floats and histograms of a series in the order of their times.</summary>
    public static IEnumerable<JsonElement> PointsOf(JsonElement item)
    {
        var points = new List<JsonElement>();
        foreach (var column in (ReadOnlySpan<string>)["values", "histograms"])
        {
            if (item.TryGetProperty(column, out var list))
            {
                points.AddRange(list.EnumerateArray());
            }
        }
        return points.OrderBy(point => point[0].GetDouble());
    }

    /// <summary>Figures to the right, so that they can be compared, and behind them the series, which may be long.</summary>
    private static void PrintTable(string[] header, List<(string[] Cells, Labels Labels)> rows, Terminal terminal)
    {
        if (rows.Count == 0)
        {
            terminal.Output.WriteLine(terminal.Dim("no series"));
            return;
        }
        var widths = header.Select((title, column) => rows.Max(row => Math.Max(title.Length, VisibleLength(row.Cells[column])))).ToArray();
        terminal.Output.WriteLine(terminal.Dim(string.Join("  ", header.Select((title, column) => title.PadLeft(widths[column])).Append("series"))));
        foreach (var (cells, labels) in rows)
        {
            var padded = cells.Select((cell, column) => new string(' ', widths[column] - VisibleLength(cell)) + cell);
            terminal.Output.WriteLine(string.Join("  ", padded.Append(SeriesText.Of(labels, terminal))));
        }
    }

    private static int VisibleLength(string cell)
    {
        var length = cell.Length;
        for (var escape = cell.IndexOf('\u001b'); escape >= 0; escape = cell.IndexOf('\u001b', escape + 1))
        {
            length -= cell.IndexOf('m', escape) - escape + 1;
        }
        return length;
    }
}
