using System.Text.Json;
using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>What a query cost, in the shape of Prometheus's <c>stats</c>, step by step where it is <c>all</c>. Parts that the engine does not tell apart are 0.</summary>
internal sealed record QueryTimings(QueryStatistics Statistics, TimeSpan Queued, TimeSpan Total)
{
    public void Write(Utf8JsonWriter json)
    {
        var evaluation = Statistics.ElapsedMs / 1000;
        json.WriteStartObject("stats"u8);
        json.WriteStartObject("timings"u8);
        json.WriteNumber("evalTotalTime"u8, evaluation);
        json.WriteNumber("resultSortTime"u8, 0);
        json.WriteNumber("queryPreparationTime"u8, 0);
        json.WriteNumber("innerEvalTime"u8, evaluation);
        json.WriteNumber("execQueueTime"u8, Queued.TotalSeconds);
        json.WriteNumber("execTotalTime"u8, Total.TotalSeconds);
        json.WriteEndObject();
        json.WriteStartObject("samples"u8);
        if (Statistics.SamplesPerStep.Count > 0)
        {
            json.WriteStartArray("totalQueryableSamplesPerStep"u8);
            foreach (var step in Statistics.SamplesPerStep)
            {
                json.WriteStartArray();
                JsonNumbers.WriteTimestamp(json, step.TimestampMs);
                json.WriteNumberValue(step.Samples);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        json.WriteNumber("totalQueryableSamples"u8, Statistics.QueryableSamples);
        json.WriteNumber("peakSamples"u8, Statistics.PeakSamples);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
