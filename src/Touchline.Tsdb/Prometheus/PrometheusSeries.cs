namespace Touchline.Tsdb.Prometheus;

/// <summary>Where a series is in an index: the reference that tombstones name it by, and its entry.</summary>
internal readonly record struct PrometheusSeries(ulong Reference, long Offset, int Length);
