using System.Text.Json;
using Touchline.Telemetry;
using Touchline.Tsdb;

namespace Touchline.Api;

/// <summary><c>status/cardinality</c>: how full the series budgets are and what they refused. Touchline's own; described in docs/cardinality.md.</summary>
internal sealed class CardinalityEndpoint(TsdbStore store)
{
    private const int DefaultCount = 10;

    public async Task CardinalityAsync(HttpContext context, ApiParameters parameters)
    {
        var limit = parameters.TopCount(DefaultCount);
        var usage = store.BudgetUsage(limit);
        var refusals = store.SeriesRefusals(limit);
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteNumber("series"u8, usage.Series);
        json.WriteNumber("limit"u8, usage.Limit);
        WriteUsages(json, "jobs", usage.Jobs);
        WriteUsages(json, "metrics", usage.Metrics);
        json.WriteStartArray("refusals"u8);
        foreach (var refusal in refusals)
        {
            Write(json, refusal);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await response.FinishAsync();
    }

    private static void WriteUsages(Utf8JsonWriter json, string name, IReadOnlyList<NamedUsage> usages)
    {
        json.WriteStartArray(name);
        foreach (var usage in usages)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, usage.Name);
            json.WriteNumber("series"u8, usage.Series);
            json.WriteNumber("limit"u8, usage.Limit);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SeriesRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteString("budget"u8, CardinalityFigures.NameOf(refusal.Budget));
        json.WriteNumber("limit"u8, refusal.Limit);
        json.WriteString("metric"u8, refusal.Metric);
        json.WriteString("job"u8, refusal.Job);
        json.WriteString("label"u8, refusal.Label);
        json.WriteNumber("labelValues"u8, refusal.LabelValues);
        json.WriteNumber("seriesRefused"u8, refusal.Series);
        json.WriteNumber("samplesRefused"u8, refusal.Samples);
        json.WriteString("firstRefused"u8, Timestamps.Rfc3339(refusal.FirstAt));
        json.WriteString("lastRefused"u8, Timestamps.Rfc3339(refusal.LastAt));
        json.WriteEndObject();
    }
}
