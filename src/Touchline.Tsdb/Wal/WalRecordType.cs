namespace Touchline.Tsdb.Wal;

/// <summary>What a record of the log holds. On disk: never renumber.</summary>
internal enum WalRecordType : byte
{
    /// <summary>Bytes that only tried whether the disk takes any; skipped.</summary>
    Probe = 0,

    /// <summary>A batch whose samples are in their first form; no longer written.</summary>
    BatchOfFirstForm = 1,

    /// <summary>Series with the chunks that the head holds of them; in checkpoints only.</summary>
    SeriesChunks = 2,

    /// <summary>The end of a whole checkpoint.</summary>
    CheckpointEnd = 3,

    /// <summary>Samples of the head that were deleted.</summary>
    Deletion = 4,

    /// <summary>A batch that was committed before the log of the process before was read back: its references are the record's own numbers.</summary>
    UnresolvedBatch = 5,

    /// <summary>One committed batch: new series, metadata, samples, exemplars.</summary>
    Batch = 6,
}
