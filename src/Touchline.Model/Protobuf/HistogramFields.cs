namespace Touchline.Model.Protobuf;

/// <summary>
/// Writes a native histogram as both versions of remote write have it. Source: prompb/types.proto and
/// prompb/io/prometheus/write/v2/types.proto of Prometheus.
/// </summary>
public static class HistogramFields
{
    /// <summary>Writes the message, without a tag and a length around it.</summary>
    /// <param name="scratch">Cleared and used for the packed numbers.</param>
    public static void Write(WireWriter to, NativeHistogram histogram, long timestampMs, WireWriter scratch)
    {
        if (histogram.IsFloat)
        {
            to.DoubleField(2, histogram.Count);
        }
        else
        {
            to.VarintField(1, (ulong)histogram.Count);
        }
        to.DoubleField(3, histogram.Sum);
        to.ZigZagField(4, histogram.Schema);
        to.DoubleField(5, histogram.ZeroThreshold);
        if (histogram.IsFloat)
        {
            to.DoubleField(7, histogram.ZeroCount);
        }
        else
        {
            to.VarintField(6, (ulong)histogram.ZeroCount);
        }
        WriteSide(to, scratch, 8, histogram.NegativeSpans, histogram.NegativeBuckets, histogram.IsFloat);
        WriteSide(to, scratch, 11, histogram.PositiveSpans, histogram.PositiveBuckets, histogram.IsFloat);
        to.VarintField(14, histogram.CounterResetHint switch
        {
            CounterResetHint.CounterReset => 1,
            CounterResetHint.NotCounterReset => 2,
            CounterResetHint.Gauge => 3,
            _ => 0UL,
        });
        to.VarintField(15, (ulong)timestampMs);
        if (histogram.CustomBounds.Length > 0)
        {
            WriteDoubles(to, scratch, 16, histogram.CustomBounds);
        }
    }

    /// <summary>The spans, and behind them, in the field after or the one after that, what they count.</summary>
    private static void WriteSide(WireWriter to, WireWriter scratch, int field, BucketSpan[] spans, double[] buckets, bool isFloat)
    {
        foreach (var span in spans)
        {
            scratch.Clear();
            scratch.ZigZagField(1, span.Offset);
            scratch.VarintField(2, span.Length);
            to.BytesField(field, scratch.Written);
        }
        if (buckets.Length == 0)
        {
            return;
        }
        if (isFloat)
        {
            WriteDoubles(to, scratch, field + 2, buckets);
            return;
        }
        scratch.Clear();
        long last = 0;
        foreach (var count in buckets)
        {
            scratch.WriteZigZag((long)count - last);
            last = (long)count;
        }
        to.BytesField(field + 1, scratch.Written);
    }

    private static void WriteDoubles(WireWriter to, WireWriter scratch, int field, double[] values)
    {
        scratch.Clear();
        foreach (var value in values)
        {
            scratch.WriteDouble(value);
        }
        to.BytesField(field, scratch.Written);
    }
}
