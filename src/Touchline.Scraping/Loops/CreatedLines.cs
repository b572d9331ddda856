using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>
/// Tells the store since when counters, histograms and summaries count: OpenMetrics says so in a line <c>…_created</c> behind those of the
/// same point. The line stays a series of its own too, as in Prometheus. Not thread-safe.
/// </summary>
internal sealed class CreatedLines
{
    private readonly List<CachedSeries> _point = [];
    private bool _isOpenMetrics;

    public void Begin(bool isOpenMetrics)
    {
        _isOpenMetrics = isOpenMetrics;
        _point.Clear();
    }

    public void BeginFamily() => _point.Clear();

    /// <summary>Whether a line says since when others of its family count.</summary>
    public bool Speaks(CachedSeries series, MetricType type) =>
        _isOpenMetrics && series.IsCreated
        && type is MetricType.Counter or MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Summary;

    /// <summary>Takes note of a line that was stored.</summary>
    public void Note(CachedSeries series, double value, IAppender appender)
    {
        if (!_isOpenMetrics)
        {
            return;
        }
        if (!series.IsCreated)
        {
            _point.Add(series);
            return;
        }
        if (CountedSince.TryReadMilliseconds(value, out var milliseconds) && series.CreatedMs != milliseconds)
        {
            series.CreatedMs = milliseconds;
            foreach (var counted in _point)
            {
                if (CountedSince.Belongs(counted.Labels!, series.Labels!))
                {
                    appender.SetCreated(counted.Reference, series.CreatedMs);
                }
            }
        }
        _point.Clear();
    }
}
