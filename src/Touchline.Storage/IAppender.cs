using Touchline.Model;

namespace Touchline.Storage;

/// <summary>
/// One batch of samples, visible to queriers after <see cref="Commit"/> and all or nothing in the log. Owned by one thread at a time.
/// Disposing without a commit drops the batch.
/// </summary>
public interface IAppender : IDisposable
{
    /// <summary>
    /// Adds a sample. Pass the reference kept from an earlier call, or none; on return it is the series' reference (none where the
    /// series was refused). <paramref name="labels"/> may be null only with a reference that this store gave; where the store
    /// no longer knows it, the answer is <see cref="AppendStatus.InvalidLabels"/> and the caller repeats with labels.
    /// </summary>
    AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value);

    /// <summary>Adds a native histogram sample; the rest as <see cref="Append"/>.</summary>
    AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram);

    /// <summary>Adds an exemplar to a series that this batch or an earlier one made.</summary>
    AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar);

    /// <summary>
    /// Notes since when a cumulative series of this batch or an earlier one counts, ms since the Unix epoch; a restart gives another time. A
    /// store that does not keep it lets it pass.
    /// </summary>
    void SetCreated(SeriesRef series, long createdMs)
    {
    }

    /// <summary>Notes type, help and unit of a metric; the last word wins.</summary>
    void SetMetadata(string metricName, MetricMetadata metadata);

    /// <summary>Writes the batch to the log and makes it visible. The appender is then empty and can be used for the next batch.</summary>
    CommitStatus Commit();

    /// <summary>Forgets the batch. The appender is then empty and can be used for the next batch.</summary>
    void Rollback();
}
