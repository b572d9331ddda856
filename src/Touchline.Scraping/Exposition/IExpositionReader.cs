using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// Walks a body of one format, entry by entry, without allocating: spans point into the body and are valid until the next step. One
/// implementation a format, each a ref struct, so that the ingesting loop is compiled once for each.
/// </summary>
internal interface IExpositionReader
{
    /// <summary>Steps to the next entry.</summary>
    /// <param name="expectedSeries">
    /// The text of the series that stood here in the previous scrape (empty where unknown). Where the body has the very same bytes
    /// they are compared instead of taken apart, and <see cref="IsExpectedSeries"/> is set.
    /// </param>
    ExpositionEntry Next(ReadOnlySpan<byte> expectedSeries);

    bool IsExpectedSeries { get; }

    /// <summary>Name and labels as written: what identifies the series from scrape to scrape.</summary>
    ReadOnlySpan<byte> Series { get; }

    double Value { get; }

    /// <summary>The histogram of a Histogram entry.</summary>
    NativeHistogram? Histogram { get; }

    bool HasTimestamp { get; }

    /// <summary>Milliseconds since the Unix epoch.</summary>
    long TimestampMs { get; }

    /// <summary>Since when what the entry says is counted, ms since the Unix epoch; <see cref="CountedSince.Unknown"/> where it is not said.</summary>
    long CreatedMs { get; }

    /// <summary>The exemplar of the series entry as OpenMetrics writes it, empty where there is none.</summary>
    ReadOnlySpan<byte> ExemplarText { get; }

    /// <summary>Steps to the entry's next exemplar; false where there is none.</summary>
    bool NextExemplar();

    /// <summary>The metric that a Type, Help or Unit entry speaks of, escapes resolved by <see cref="SeriesText.Unescape"/>.</summary>
    ReadOnlySpan<byte> MetadataName { get; }

    /// <summary>The help or the unit, as written.</summary>
    ReadOnlySpan<byte> MetadataText { get; }

    MetricType MetadataType { get; }

    /// <summary>Line, what is wrong and what would be right; set with <see cref="ExpositionEntry.Error"/>.</summary>
    string Error { get; }

    /// <summary>Where in the body the entry is, for messages: <c>line 7</c>.</summary>
    string Place { get; }
}
