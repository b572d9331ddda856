using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Scraping.Tests.Support;

internal static class StoreReading
{
    /// <summary>Every sample as <c>series value@time</c> (time left out), staleness markers as <c>stale</c>, in order of series and time.</summary>
    public static List<string> Lines(this IMetricQueryable store, string? metric = null)
    {
        var lines = new List<string>();
        foreach (var (labels, _, value) in store.Samples(metric))
        {
            lines.Add($"{labels} {(StaleMarker.Is(value) ? "stale" : SampleValue.Format(value))}");
        }
        return lines;
    }

    public static List<(Labels Labels, long TimeMs, double Value)> Samples(this IMetricQueryable store, string? metric = null)
    {
        var result = new List<(Labels, long, double)>();
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var matcher = metric is null ? new LabelMatcher(Touchline.Model.MatchType.NotEqual, "__name__", "") : new LabelMatcher(Touchline.Model.MatchType.Equal, "__name__", metric);
        foreach (var series in querier.Select([matcher], sorted: true, CancellationToken.None))
        {
            var columns = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, columns);
            for (var i = 0; i < columns.Count; i++)
            {
                result.Add((series.Labels, columns.Timestamps[i], columns.Values[i]));
            }
        }
        return result;
    }

    public static double Last(this IMetricQueryable store, string metric) => store.Samples(metric).MaxBy(s => s.TimeMs).Value;
}
