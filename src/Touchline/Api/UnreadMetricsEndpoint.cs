using System.Globalization;
using Touchline.Tsdb;

namespace Touchline.Api;

/// <summary><c>status/unread_metrics</c>: metrics that are stored and not read. Touchline's own; described in docs/unread-metrics.md.</summary>
internal sealed class UnreadMetricsEndpoint(TsdbStore store)
{
    private const int DefaultDays = 30;
    private const int MaxDays = 36_500;
    private const int DefaultCount = 10;

    public async Task UnreadMetricsAsync(HttpContext context, ApiParameters parameters)
    {
        var days = DefaultDays;
        if (parameters["days"] is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days > MaxDays))
        {
            throw new ApiException(ApiErrorType.BadData, "days must be a whole number from 0 to 36500");
        }
        var unread = store.UnreadMetrics(TimeSpan.FromDays(days), parameters.TopCount(DefaultCount), context.RequestAborted);
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteNumber("days"u8, days);
        json.WriteString("observedSince"u8, Timestamps.Rfc3339(unread.ObservedSince));
        json.WriteNumber("observedDays"u8, Math.Round(unread.ObservedFor.TotalDays, 3));
        json.WriteNumber("count"u8, unread.Count);
        json.WriteStartArray("metrics"u8);
        foreach (var metric in unread.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, metric.Name);
            json.WriteNumber("series"u8, metric.HeadSeries);
            json.WriteNumber("diskBytes"u8, metric.DiskBytes);
            if (metric.LastReadAt is { } read)
            {
                json.WriteString("lastRead"u8, Timestamps.Rfc3339(read));
            }
            else
            {
                json.WriteNull("lastRead"u8);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await response.FinishAsync();
    }
}
