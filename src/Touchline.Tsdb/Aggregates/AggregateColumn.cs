namespace Touchline.Tsdb.Aggregates;

/// <summary>
/// What is kept of the samples of a window, a column each. A row that a column lacks has the value of the column that stands in for it, so
/// a column that differs nowhere is not stored. The names are on disk, in the order of the alphabet: docs/formats/aggregates.md.
/// </summary>
internal enum AggregateColumn
{
    /// <summary>How many floats; 1 stands in.</summary>
    Count,

    /// <summary>The first value; the last stands in.</summary>
    First,

    /// <summary>Native histograms that were kept as they are.</summary>
    Histogram,

    /// <summary>For how many histograms each kept one stands; 1 stands in.</summary>
    HistogramCount,

    /// <summary>The last value, at its time: every row is here, and staleness markers at theirs.</summary>
    Last,

    /// <summary>The highest value; the last stands in, as for a counter.</summary>
    Max,

    /// <summary>The lowest value; the first stands in, as for a counter.</summary>
    Min,

    /// <summary>The sum of the values from which a next one fell; 0 stands in.</summary>
    Resets,

    /// <summary>Ms from the first sample to the last; 0 stands in.</summary>
    Span,

    /// <summary>The sum of the values; the last stands in.</summary>
    Sum,
}
