using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Collectors.Tests;

/// <summary>An in-memory store that can be told to fail, and reads back what it holds.</summary>
internal sealed class RecordingStore : IMetricAppendable
{
    private readonly InMemoryStore _store = new();

    /// <summary>What commits answer from now on.</summary>
    public CommitStatus Answer { get; set; } = CommitStatus.Committed;

    /// <summary>Metrics of which new series are refused, as by a budget.</summary>
    public HashSet<string> FullMetrics { get; } = [];

    /// <summary>Thrown by <see cref="OpenAppender"/> where it is set.</summary>
    public Exception? OpenFailure { get; set; }

    /// <summary>How many descriptions of families were committed.</summary>
    public int Descriptions { get; private set; }

    public IAppender OpenAppender() => OpenFailure is null ? new Appender(this, _store.OpenAppender()) : throw OpenFailure;

    /// <summary>Every series with its samples, as text: <c>name{labels} time:value time:count@sum time:stale</c>.</summary>
    public IReadOnlyList<string> Contents(string prefix = "")
    {
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        var lines = new List<string>();
        foreach (var series in querier.Select([], sorted: true, CancellationToken.None))
        {
            var columns = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, columns);
            var line = series.Labels.ToString();
            for (var i = 0; i < columns.Count; i++)
            {
                var histogram = columns.HasHistograms ? columns.Histograms[i] : null;
                var value = histogram is { IsStale: false } ? $"{histogram.Count}@{histogram.Sum}"
                    : histogram is not null || StaleMarker.Is(columns.Values[i]) ? "stale" : SampleValue.Format(columns.Values[i]);
                line += $" {columns.Timestamps[i]}:{value}";
            }
            if (columns.Count > 0 && line.StartsWith(prefix, StringComparison.Ordinal))
            {
                lines.Add(line);
            }
        }
        return lines;
    }

    public MetricMetadata? Metadata(string name)
    {
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        return querier.Metadata().GetValueOrDefault(name);
    }

    private sealed class Appender(RecordingStore owner, IAppender inner) : IAppender
    {
        private int _descriptions;

        public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value) =>
            series.IsNone && labels is not null && owner.FullMetrics.Contains(labels.MetricName)
                ? AppendStatus.SeriesLimit
                : inner.Append(ref series, labels, timestampMs, value);

        public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
            inner.AppendHistogram(ref series, labels, timestampMs, histogram);

        public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar) => inner.AppendExemplar(series, exemplar);

        public void SetMetadata(string metricName, MetricMetadata metadata)
        {
            _descriptions++;
            inner.SetMetadata(metricName, metadata);
        }

        public CommitStatus Commit()
        {
            if (owner.Answer != CommitStatus.Committed)
            {
                inner.Rollback();
                return owner.Answer;
            }
            owner.Descriptions += _descriptions;
            return inner.Commit();
        }

        public void Rollback() => inner.Rollback();

        public void Dispose() => inner.Dispose();
    }
}
