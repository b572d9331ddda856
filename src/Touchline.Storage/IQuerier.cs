using Touchline.Model;

namespace Touchline.Storage;

/// <summary>A consistent view of a time range. Not thread-safe itself; the series it gives may be read from several threads.</summary>
public interface IQuerier : IDisposable
{
    /// <summary>
    /// The series that pass every matcher and may have samples in the querier's range. Nothing is decoded until a series is read.
    /// At least one matcher must not match the empty string, or all series are selected.
    /// </summary>
    /// <param name="matchers">What the labels must be.</param>
    /// <param name="sorted">Whether the caller needs them ordered by <see cref="Labels.CompareTo"/>.</param>
    /// <param name="cancellationToken">Ends the selection; a store may let it end the reading of the series too.</param>
    IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken);

    /// <summary>
    /// As the other, for a caller that says what it needs the samples for. Where samples were replaced by aggregates, the series then give
    /// the rows that the reading asks for, note the aggregates' resolution (<see cref="SampleColumns.ResolutionAt"/>), and may give rows
    /// from up to three resolutions before the earliest time asked for, so that windows can be moved to the aggregates' grid. A store
    /// without aggregates need not implement it.
    /// </summary>
    IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, SelectHints hints, CancellationToken cancellationToken) =>
        Select(matchers, sorted, cancellationToken);

    /// <summary>Names of labels of the series that pass every matcher (all series where there is none), ordinal order.</summary>
    IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken);

    /// <summary>Values of one label over the series that pass every matcher (all series where there is none), ordinal order.</summary>
    IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken);

    /// <summary>Type, help and unit by metric name, as far as they were told.</summary>
    IReadOnlyDictionary<string, MetricMetadata> Metadata();

    /// <summary>What could not be read (a damaged block, say), to be shown beside an answer; grows while series are read.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>What a reader of an answer should know though nothing is wrong (old data is aggregated, say); grows while series are read.</summary>
    IReadOnlyList<string> Notes => [];
}
