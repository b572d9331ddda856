namespace Touchline.Tsdb;

/// <summary>The heaviest parts of the head's index, each list falling, as <c>/api/v1/status/tsdb</c> gives them.</summary>
public sealed record CardinalityStatistics(
    long Series,
    long LabelPairs,
    IReadOnlyList<NamedCount> SeriesCountByMetricName,
    IReadOnlyList<NamedCount> LabelValueCountByLabelName,
    IReadOnlyList<NamedCount> MemoryInBytesByLabelName,
    IReadOnlyList<NamedCount> SeriesCountByLabelValuePair);

public sealed record NamedCount(string Name, long Count);
