using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>The series that say how a scrape went. Not thread-safe.</summary>
internal sealed class ScrapeReport(Labels targetLabels)
{
    private readonly ReportSeries _up = new("up", targetLabels);
    private readonly ReportSeries _duration = new("scrape_duration_seconds", targetLabels);
    private readonly ReportSeries _scraped = new("scrape_samples_scraped", targetLabels);
    private readonly ReportSeries _afterRelabelling = new("scrape_samples_post_metric_relabeling", targetLabels);
    private readonly ReportSeries _added = new("scrape_series_added", targetLabels);

    /// <returns>False where the store refuses samples.</returns>
    public bool Write(IAppender appender, long timeMs, bool up, double durationSeconds, in IngestOutcome outcome) =>
        _up.Write(appender, timeMs, up ? 1 : 0)
        & _duration.Write(appender, timeMs, durationSeconds)
        & _scraped.Write(appender, timeMs, outcome.Scraped)
        & _afterRelabelling.Write(appender, timeMs, outcome.AfterRelabelling)
        & _added.Write(appender, timeMs, outcome.SeriesAdded);

    public void WriteStale(IAppender appender, long timeMs)
    {
        foreach (var series in (ReadOnlySpan<ReportSeries>)[_up, _duration, _scraped, _afterRelabelling, _added])
        {
            series.Write(appender, timeMs, StaleMarker.Value);
        }
    }

    private sealed class ReportSeries(string name, Labels targetLabels)
    {
        private readonly Labels _labels = new LabelsBuilder(targetLabels).Set(LabelNames.MetricName, name).ToLabels();
        private SeriesRef _reference;

        public bool Write(IAppender appender, long timeMs, double value) =>
            appender.Append(ref _reference, _labels, timeMs, value) != AppendStatus.StorageUnavailable;
    }
}
