namespace Touchline.Storage;

/// <summary>What became of one sample. Anything but <see cref="Stored"/> is counted by the store, by reason.</summary>
public enum AppendStatus
{
    Stored,

    /// <summary>The series already has this very sample; nothing was written and nothing is wrong.</summary>
    Duplicate,

    /// <summary>The series already has another value at this timestamp.</summary>
    DuplicateTimestamp,

    /// <summary>The series already has a later sample, and out-of-order ingestion does not cover this one.</summary>
    OutOfOrder,

    /// <summary>Older than anything that the store still accepts.</summary>
    TooOld,

    /// <summary>So far ahead of the clock that it would stop the series from taking real samples.</summary>
    TooFarInFuture,

    /// <summary>Labels are empty, have no metric name, or are longer than the store accepts.</summary>
    InvalidLabels,

    /// <summary>A series budget is exhausted; existing series are not affected.</summary>
    SeriesLimit,

    /// <summary>The store refuses samples for now: the disk is full or cannot be written.</summary>
    StorageUnavailable,
}
