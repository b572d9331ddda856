using Touchline.Model;

namespace Touchline.Storage;

/// <summary>Something that exemplars can be read from. Thread-safe.</summary>
public interface IExemplarQueryable
{
    /// <summary>
    /// The exemplars between the two times, both inclusive, ms since the Unix epoch, of the series that pass every matcher of at least one of the
    /// selectors, ordered by <see cref="Labels.CompareTo"/>. A series without exemplars there is left out.
    /// </summary>
    IReadOnlyList<ExemplarSeries> SelectExemplars(
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken);
}
