using System.Globalization;
using System.Text;

namespace Touchline.Differential.Api;

/// <summary>
/// A target whose samples carry times of their own, the whole second, and values that follow from the time: two servers that scrape it at
/// different moments keep the same data.
/// </summary>
internal static class SecondsTarget
{
    public static ExpositionServer Start() =>
        new(_ => ("text/plain; version=0.0.4", Encoding.UTF8.GetBytes(Exposition(DateTimeOffset.UtcNow.ToUnixTimeSeconds()))));

    private static string Exposition(long second)
    {
        var text = new StringBuilder("# HELP shop_requests_total Requests, \"by\" path.\n# TYPE shop_requests_total counter\n");
        foreach (var (path, factor) in new[] { ("/", 3), ("/cart", 2), ("/pay\\\\now", 1) })
        {
            foreach (var status in new[] { "200", "500" })
            {
                var value = second % 100_000 * factor / (status == "200" ? 1.0 : 7.0);
                text.Append(CultureInfo.InvariantCulture, $"shop_requests_total{{path=\"{path}\",status=\"{status}\"}} {value:R} {second}000\n");
            }
        }
        text.Append("# TYPE shop_temperature gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"shop_temperature {20 + Math.Sin(second):R} {second}000\n");
        text.Append(CultureInfo.InvariantCulture, $"shop_extremes{{which=\"small\"}} 1.5e-9 {second}000\nshop_extremes{{which=\"large\"}} 3e+25 {second}000\n");
        text.Append(CultureInfo.InvariantCulture, $"shop_extremes{{which=\"infinite\"}} +Inf {second}000\nshop_extremes{{which=\"none\"}} NaN {second}000\n");
        text.Append("# HELP shop_duration_seconds Durations.\n# TYPE shop_duration_seconds histogram\n");
        var count = second % 100_000;
        foreach (var (bound, share) in new[] { ("0.1", 0.5), ("0.5", 0.9), ("1", 0.99), ("+Inf", 1.0) })
        {
            text.Append(CultureInfo.InvariantCulture, $"shop_duration_seconds_bucket{{le=\"{bound}\"}} {Math.Floor(count * share)} {second}000\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"shop_duration_seconds_sum {count * 0.25:R} {second}000\nshop_duration_seconds_count {count} {second}000\n");
        return text.ToString();
    }
}
