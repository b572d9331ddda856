using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Api;

/// <summary>Query results in the API's JSON, series by series, without a copy in between.</summary>
internal static class QueryJson
{
    public static async ValueTask WriteAsync(ApiResponse response, QueryResult result, int limit, QueryTimings? statistics, bool explains, PointTexts texts)
    {
        var json = response.Json;
        json.WriteStartObject();
        switch (result.Type)
        {
            case ExprType.Scalar:
                json.WriteString("resultType"u8, "scalar"u8);
                json.WritePropertyName("result"u8);
                // Prometheus writes scalars without an exponent, whatever their size, and vectors with one.
                json.WriteStartArray();
                JsonNumbers.WriteSeconds(json, result.Scalar.TimestampMs);
                json.WriteStringValue(SampleValue.Format(result.Scalar.Value));
                json.WriteEndArray();
                break;
            case ExprType.String:
                json.WriteString("resultType"u8, "string"u8);
                json.WritePropertyName("result"u8);
                json.WriteStartArray();
                JsonNumbers.WriteSeconds(json, result.Scalar.TimestampMs);
                json.WriteStringValue(result.String);
                json.WriteEndArray();
                break;
            case ExprType.Vector:
                json.WriteString("resultType"u8, "vector"u8);
                json.WriteStartArray("result"u8);
                for (var i = 0; i < Taken(result.Vector.Count, limit); i++)
                {
                    WriteSample(json, result.Vector[i]);
                    await response.FlushAsync();
                }
                json.WriteEndArray();
                break;
            default:
                json.WriteString("resultType"u8, "matrix"u8);
                json.WriteStartArray("result"u8);
                await MatrixJson.WriteAsync(response, result.Matrix, Taken(result.Matrix.Count, limit), texts);
                json.WriteEndArray();
                break;
        }
        statistics?.Write(json);
        if (explains)
        {
            json.WritePropertyName("explain"u8);
            ExplainJson.Write(json, result.Plan);
        }
        json.WriteEndObject();
    }

    /// <summary>Whether the limit cuts the result.</summary>
    public static bool IsCut(QueryResult result, int limit) => limit > 0 && (result.Vector.Count > limit || result.Matrix.Count > limit);

    public static void WriteLabels(Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject();
        foreach (var label in labels)
        {
            json.WriteString(label.Name, label.Value);
        }
        json.WriteEndObject();
    }

    private static int Taken(int count, int limit) => limit > 0 ? Math.Min(count, limit) : count;

    private static void WriteSample(Utf8JsonWriter json, VectorSample sample)
    {
        json.WriteStartObject();
        json.WritePropertyName("metric"u8);
        WriteLabels(json, sample.Labels);
        if (sample.Histogram is { } histogram)
        {
            json.WritePropertyName("histogram"u8);
            HistogramJson.WritePoint(json, sample.TimestampMs, histogram);
        }
        else
        {
            json.WritePropertyName("value"u8);
            JsonNumbers.WritePoint(json, sample.TimestampMs, sample.Value);
        }
        json.WriteEndObject();
    }
}
