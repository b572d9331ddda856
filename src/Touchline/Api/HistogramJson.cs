using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>Native histograms in the API's JSON: count, sum, and every bucket that has observations, from the lowest up.</summary>
internal static class HistogramJson
{
    /// <summary>Which ends of a bucket belong to it, in Prometheus's numbering.</summary>
    private enum Ends
    {
        UpperOnly = 0,
        LowerOnly = 1,
        Both = 3,
    }

    /// <summary>Which ends belong to a bucket, as the number that stands for it.</summary>
    public static int EndsOf(in HistogramBucket bucket) => (int)(!bucket.LowerInclusive ? Ends.UpperOnly : bucket.UpperInclusive ? Ends.Both : Ends.LowerOnly);

    public static void WritePoint(Utf8JsonWriter json, long timestampMs, NativeHistogram histogram)
    {
        json.WriteStartArray();
        JsonNumbers.WriteTimestamp(json, timestampMs);
        json.WriteStartObject();
        json.WritePropertyName("count"u8);
        JsonNumbers.WriteValue(json, histogram.Count);
        json.WritePropertyName("sum"u8);
        JsonNumbers.WriteValue(json, histogram.Sum);
        var started = false;
        foreach (var bucket in HistogramBucket.Of(histogram))
        {
            if (bucket.Count == 0)
            {
                continue;
            }
            if (!started)
            {
                json.WriteStartArray("buckets"u8);
                started = true;
            }
            json.WriteStartArray();
            json.WriteNumberValue(EndsOf(bucket));
            JsonNumbers.WriteValue(json, bucket.Lower);
            JsonNumbers.WriteValue(json, bucket.Upper);
            JsonNumbers.WriteValue(json, bucket.Count);
            json.WriteEndArray();
        }
        if (started)
        {
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
