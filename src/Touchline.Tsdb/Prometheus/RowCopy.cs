using Touchline.Storage;

namespace Touchline.Tsdb.Prometheus;

internal static class RowCopy
{
    /// <summary>Appends one row of other columns.</summary>
    public static void AddRow(this SampleColumns to, SampleColumns from, int row)
    {
        if (from.HasHistograms && from.Histograms[row] is { } histogram)
        {
            to.Add(from.Timestamps[row], histogram);
        }
        else
        {
            to.Add(from.Timestamps[row], from.Values[row]);
        }
    }
}
