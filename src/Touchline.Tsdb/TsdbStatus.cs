namespace Touchline.Tsdb;

/// <summary>What the store looks like now. Times in ms since the Unix epoch, sizes in bytes.</summary>
public sealed record TsdbStatus
{
    public long HeadSeries { get; init; }

    public long HeadChunks { get; init; }

    public long HeadMinTimeMs { get; init; }

    public long HeadMaxTimeMs { get; init; }

    /// <summary>Samples committed since start.</summary>
    public long SamplesAppended { get; init; }

    /// <summary>Samples not stored since start, by reason (an <see cref="Storage.AppendStatus"/> in snake case).</summary>
    public IReadOnlyDictionary<string, long> SamplesRefused { get; init; } = new Dictionary<string, long>();

    /// <summary>Samples behind the newest of their series, taken and not, since start.</summary>
    public OutOfOrderStatus OutOfOrder { get; init; } = new();

    public long WalBytes { get; init; }

    /// <summary>How often the log was forced to disk since start.</summary>
    public long WalSyncs { get; init; }

    /// <summary>How long the last of these took.</summary>
    public TimeSpan WalLastSyncDuration { get; init; }

    public long BlockBytes { get; init; }

    public IReadOnlyList<BlockStatus> Blocks { get; init; } = [];

    /// <summary>Why ingestion is refused for now (disk full, I/O error); null where all is well.</summary>
    public string? RefusingBecause { get; init; }

    /// <summary>Exemplars kept in memory.</summary>
    public long Exemplars { get; init; }

    /// <summary>Blocks that compaction wrote since start.</summary>
    public long Compactions { get; init; }

    /// <summary>Whether blocks are being merged right now.</summary>
    public bool Compacting { get; init; }

    /// <summary>Why the last run of block cutting and retention failed (it is tried again); null where all is well.</summary>
    public string? MaintenanceFailure { get; init; }

    /// <summary>Why ages count from an earlier time than the newest sample's, so that less is deleted than seems due; null where they do not.</summary>
    public string? RetentionHeldBack { get; init; }

    /// <summary>How often since start the clock went otherwise than time did, by five minutes or more.</summary>
    public long ClockJumps { get; init; }

    /// <summary>How far the start has come; null once everything is loaded.</summary>
    public LoadStatus? Loading { get; init; }

    /// <summary>What a crash had left half done and was put right at start; nothing is lost with it.</summary>
    public IReadOnlyList<string> Repairs { get; init; } = [];

    /// <summary>What was found damaged and set aside, each with file and reason.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];
}

/// <summary>How much of the log was read back: bytes of files, and their ratio between 0 and 1.</summary>
public sealed record LoadStatus(long DoneBytes, long ExpectedBytes, double Ratio);

/// <summary>One sealed block.</summary>
public sealed record BlockStatus(string Id, long MinTimeMs, long MaxTimeMs, long Series, long Chunks, long Samples, long Bytes);

/// <summary>Out-of-order samples since start, floats and histograms apart, and the bytes in memory of those that are in no block yet.</summary>
public sealed record OutOfOrderStatus
{
    /// <summary>Taken, because the out-of-order window covered them.</summary>
    public TypedCount Appended { get; init; }

    /// <summary>Refused behind a newer sample of their series, because there is no window.</summary>
    public TypedCount Refused { get; init; }

    /// <summary>Refused as older than the window.</summary>
    public TypedCount TooOld { get; init; }

    /// <summary>Refused as older than what the head takes, without a window.</summary>
    public TypedCount OutOfBounds { get; init; }

    public long Bytes { get; init; }
}

public readonly record struct TypedCount(long Floats, long Histograms);
