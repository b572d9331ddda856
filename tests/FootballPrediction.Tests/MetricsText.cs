using System.Globalization;
using System.Text;
using FootballPrediction.Metrics;

namespace FootballPrediction.Tests;

/// <summary>Reads the exposition format as far as these tests need it.</summary>
internal static class MetricsText
{
    public static async Task<string> OfAsync(ServiceMetrics metrics)
    {
        using MemoryStream stream = new();
        await metrics.Registry.CollectAndExportAsTextAsync(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The value of a series as it is written, name and labels; null when there is none.</summary>
    public static double? Value(string text, string series)
    {
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
