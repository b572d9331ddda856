using System.Globalization;
using System.Text.Json;

namespace Touchline.EndToEnd.Running;

internal readonly record struct SampleAnswer(double Time, double Value);

/// <summary>One series of a query's answer, an instant one with a single sample.</summary>
internal sealed record SeriesAnswer(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<SampleAnswer> Samples)
{
    public string this[string label] => Labels.GetValueOrDefault(label, "");

    public static SeriesAnswer Read(JsonElement series)
    {
        var labels = series.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!);
        return series.TryGetProperty("values", out var values)
            ? new SeriesAnswer(labels, [.. values.EnumerateArray().Select(Sample)])
            : new SeriesAnswer(labels, [Sample(series.GetProperty("value"))]);
    }

    private static SampleAnswer Sample(JsonElement pair) => new(
        pair[0].GetDouble(),
        pair[1].GetString() switch
        {
            "NaN" => double.NaN,
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        });
}

/// <summary>An active target as the API tells of it.</summary>
internal sealed record TargetAnswer(string Job, string Url, string Health, string LastError)
{
    public static TargetAnswer Read(JsonElement target) => new(
        target.GetProperty("scrapePool").GetString()!,
        target.GetProperty("scrapeUrl").GetString()!,
        target.GetProperty("health").GetString()!,
        target.GetProperty("lastError").GetString()!);
}
