using System.Globalization;
using System.Text.Json;
using Touchline.Model;

namespace Touchline.Cli.Query;

/// <summary>A series to draw: times in seconds beside values. Of a histogram its count is drawn.</summary>
internal sealed record ChartSeries(Labels Labels, double[] Times, double[] Values, string Last)
{
    public static ChartSeries Of(JsonElement item)
    {
        var points = AnswerText.PointsOf(item).ToList();
        return new ChartSeries(
            SeriesText.Labels(item.GetProperty("metric")),
            [.. points.Select(point => point[0].GetDouble())],
            [.. points.Select(ValueOf)],
            points.Count == 0 ? "" : TerminalChart.Short(ValueOf(points[^1])));
    }

    private static double ValueOf(JsonElement point) =>
        (point[1].ValueKind == JsonValueKind.String ? point[1] : point[1].GetProperty("count")).GetString() switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN,
        };
}
