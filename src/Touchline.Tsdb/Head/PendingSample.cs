using Touchline.Model;

namespace Touchline.Tsdb.Head;

/// <summary>A sample of a batch that is not committed yet.</summary>
internal struct PendingSample(HeadSeries series, long time, double value, NativeHistogram? histogram)
{
    public HeadSeries Series = series;
    public long Time = time;
    public double Value = value;
    public NativeHistogram? Histogram = histogram;
}
