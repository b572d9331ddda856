using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>The series that say how a scrape went. Not thread-safe.</summary>
/// <param name="targetLabels">What every series of the target has.</param>
/// <param name="extra">The target's settings that are told besides, null where they are not.</param>
internal sealed class ScrapeReport(Labels targetLabels, ExtraReport? extra = null)
{
    private readonly ReportSeries _up = new("up", targetLabels);
    private readonly ReportSeries _duration = new("scrape_duration_seconds", targetLabels);
    private readonly ReportSeries _scraped = new("scrape_samples_scraped", targetLabels);
    private readonly ReportSeries _afterRelabelling = new("scrape_samples_post_metric_relabeling", targetLabels);
    private readonly ReportSeries _added = new("scrape_series_added", targetLabels);
    private readonly ReportSeries _timeout = new("scrape_timeout_seconds", targetLabels);
    private readonly ReportSeries _sampleLimit = new("scrape_sample_limit", targetLabels);
    private readonly ReportSeries _bodySize = new("scrape_body_size_bytes", targetLabels);

    /// <param name="bodyBytes">The body's size, -1 where it was refused for it, 0 where there is none.</param>
    /// <returns>False where the store refuses samples.</returns>
    public bool Write(IAppender appender, long timeMs, bool up, double durationSeconds, in IngestOutcome outcome, long bodyBytes = 0) =>
        _up.Write(appender, timeMs, up ? 1 : 0)
        & _duration.Write(appender, timeMs, durationSeconds)
        & _scraped.Write(appender, timeMs, outcome.Scraped)
        & _afterRelabelling.Write(appender, timeMs, outcome.AfterRelabelling)
        & _added.Write(appender, timeMs, outcome.SeriesAdded)
        & WriteExtra(appender, timeMs, bodyBytes);

    public void WriteStale(IAppender appender, long timeMs)
    {
        foreach (var series in (ReadOnlySpan<ReportSeries>)[_up, _duration, _scraped, _afterRelabelling, _added, .. extra is null ? [] : new[] { _timeout, _sampleLimit, _bodySize }])
        {
            series.Write(appender, timeMs, StaleMarker.Value);
        }
    }

    private bool WriteExtra(IAppender appender, long timeMs, long bodyBytes) =>
        extra is null
        || (_timeout.Write(appender, timeMs, extra.TimeoutMs / 1000.0)
            & _sampleLimit.Write(appender, timeMs, extra.SampleLimit)
            & _bodySize.Write(appender, timeMs, bodyBytes));

    private sealed class ReportSeries(string name, Labels targetLabels)
    {
        private readonly Labels _labels = new LabelsBuilder(targetLabels).Set(LabelNames.MetricName, name).ToLabels();
        private SeriesRef _reference;

        public bool Write(IAppender appender, long timeMs, double value) =>
            appender.Append(ref _reference, _labels, timeMs, value) != AppendStatus.StorageUnavailable;
    }
}

/// <summary>Settings of a target that extra_scrape_metrics tells of.</summary>
internal sealed record ExtraReport(long TimeoutMs, int SampleLimit);
