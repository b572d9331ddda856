using System.Text.Json;
using Touchline.Model;

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
        foreach (var (index, count) in Buckets(histogram.NegativeSpans, histogram.NegativeBuckets).Reverse())
        {
            WriteBucket(json, ref started, Ends.LowerOnly, -Bound(histogram, index), -Bound(histogram, index - 1), count);
        }
        WriteBucket(json, ref started, Ends.Both, -histogram.ZeroThreshold, histogram.ZeroThreshold, histogram.ZeroCount);
        foreach (var (index, count) in Buckets(histogram.PositiveSpans, histogram.PositiveBuckets))
        {
            var ends = histogram.Schema == NativeHistogram.CustomBucketsSchema && index == 0 ? Ends.Both : Ends.UpperOnly;
            WriteBucket(json, ref started, ends, Bound(histogram, index - 1), Bound(histogram, index), count);
        }
        if (started)
        {
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteBucket(Utf8JsonWriter json, ref bool started, Ends ends, double lower, double upper, double count)
    {
        if (count == 0)
        {
            return;
        }
        if (!started)
        {
            json.WriteStartArray("buckets"u8);
            started = true;
        }
        json.WriteStartArray();
        json.WriteNumberValue((int)ends);
        JsonNumbers.WriteValue(json, lower);
        JsonNumbers.WriteValue(json, upper);
        JsonNumbers.WriteValue(json, count);
        json.WriteEndArray();
    }

    private static IEnumerable<(int Index, double Count)> Buckets(BucketSpan[] spans, double[] counts)
    {
        var index = 0;
        var next = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0u; i < span.Length && next < counts.Length; i++)
            {
                yield return (index++, counts[next++]);
            }
        }
    }

    /// <summary>The upper bound of a positive bucket: 2^(index · 2^-schema), or the custom bound.</summary>
    private static double Bound(NativeHistogram histogram, int index)
    {
        if (histogram.Schema == NativeHistogram.CustomBucketsSchema)
        {
            return index < 0 ? double.NegativeInfinity : index < histogram.CustomBounds.Length ? histogram.CustomBounds[index] : double.PositiveInfinity;
        }
        if (histogram.Schema <= 0)
        {
            var exponent = (long)index << -histogram.Schema;
            return exponent >= 1024 ? double.MaxValue : Math.ScaleB(1, (int)exponent);
        }
        var perOctave = 1 << histogram.Schema;
        var octave = index >> histogram.Schema;
        var fraction = Math.Pow(2, (double)(index & (perOctave - 1)) / perOctave);
        return octave >= 1024 ? double.MaxValue : Math.ScaleB(fraction, octave);
    }
}
