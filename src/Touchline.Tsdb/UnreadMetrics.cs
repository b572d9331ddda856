namespace Touchline.Tsdb;

/// <summary>Metrics that no query read for a while.</summary>
/// <param name="ObservedSince">Reads are noted since then: a metric without a last read was not read since.</param>
/// <param name="ObservedFor">How long that is: a metric without a last read was not read for so long, which may be less than was asked for.</param>
/// <param name="Count">How many metrics that is.</param>
/// <param name="Metrics">Those that take the most bytes on disk first, at most as many as were asked for.</param>
public sealed record UnreadMetrics(DateTimeOffset ObservedSince, TimeSpan ObservedFor, int Count, IReadOnlyList<UnreadMetric> Metrics);

/// <param name="Name">The metric's name.</param>
/// <param name="HeadSeries">How many series it has in the head.</param>
/// <param name="DiskBytes">What its chunks take in the blocks.</param>
/// <param name="LastReadAt">When a query last selected it; null where none did since reads are noted.</param>
public sealed record UnreadMetric(string Name, int HeadSeries, long DiskBytes, DateTimeOffset? LastReadAt);
