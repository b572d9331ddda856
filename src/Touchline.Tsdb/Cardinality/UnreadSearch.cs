using Touchline.Model;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Cardinality;

/// <summary>Finds the metrics in head and blocks that no query has read for long.</summary>
internal sealed class UnreadSearch(MetricHead head, MetricBytes bytes, MetricReads reads)
{
    /// <param name="now">The time.</param>
    /// <param name="notReadFor">A metric read within it is left out.</param>
    /// <param name="limit">How many to name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public UnreadMetrics Run(DateTimeOffset now, TimeSpan notReadFor, int limit, CancellationToken cancellationToken)
    {
        var latestMs = (now - notReadFor).ToUnixTimeMilliseconds();
        var onDisk = bytes.All(cancellationToken);
        var unread = new List<UnreadMetric>();
        if (head.Index.FindLabel(LabelNames.MetricName) is { } names)
        {
            foreach (var metric in names.Pairs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                onDisk.Remove(metric.Value, out var ofMetric);
                Add(metric.Value, metric.Count, ofMetric);
            }
        }
        foreach (var (metric, ofMetric) in onDisk)
        {
            Add(metric, 0, ofMetric);
        }
        var heaviestFirst = unread
            .OrderByDescending(metric => metric.DiskBytes).ThenByDescending(metric => metric.HeadSeries).ThenBy(metric => metric.Name, StringComparer.Ordinal);
        var since = DateTimeOffset.FromUnixTimeMilliseconds(reads.SinceMs);
        return new UnreadMetrics(since, now > since ? now - since : TimeSpan.Zero, unread.Count, [.. heaviestFirst.Take(limit)]);

        void Add(string metric, int series, long ofMetric)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wasRead = reads.TryGet(metric, out var lastRead);
            if (!wasRead || lastRead <= latestMs)
            {
                unread.Add(new UnreadMetric(metric, series, ofMetric, wasRead ? DateTimeOffset.FromUnixTimeMilliseconds(lastRead) : null));
            }
        }
    }
}
