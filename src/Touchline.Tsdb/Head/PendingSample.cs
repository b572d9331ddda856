using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Head;

/// <summary>A sample of a batch that is not committed yet.</summary>
internal struct PendingSample(HeadSeries series, long time, double value, byte[]? histogram)
{
    public HeadSeries Series = series;
    public long Time = time;
    public double Value = value;

    /// <summary>As <see cref="HistogramCodec"/> writes it, once for the check, the log and the head; null where the sample is a number.</summary>
    public byte[]? Histogram = histogram;

    /// <summary>What tells it from another sample of the same time.</summary>
    public readonly ulong Bits => Histogram is null ? BitConverter.DoubleToUInt64Bits(Value) : HeadSeries.FingerprintOf(Histogram);
}
