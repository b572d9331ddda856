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
        BucketFields.WriteSide(to, scratch, 8, histogram.NegativeSpans, histogram.NegativeBuckets, histogram.IsFloat);
        BucketFields.WriteSide(to, scratch, 11, histogram.PositiveSpans, histogram.PositiveBuckets, histogram.IsFloat);
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
            BucketFields.WriteDoubles(to, scratch, 16, histogram.CustomBounds);
        }
    }
}
