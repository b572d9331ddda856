namespace Touchline.Storage;

/// <summary>What became of a batch.</summary>
public enum CommitStatus
{
    Committed,

    /// <summary>The log could not be written (disk full, I/O error): no sample of the batch is visible. Try again later.</summary>
    StorageUnavailable,
}
