using Touchline.Tsdb.Retention;

namespace Touchline.Tsdb;

/// <summary>Settings of the store, fixed for its life. Durations in ms, sizes in bytes.</summary>
public sealed class TsdbOptions
{
    /// <summary>The data directory; made where it does not exist.</summary>
    public required string Path { get; set; }

    /// <summary>Samples older than this are deleted, a block at a time; 0 keeps them for ever.</summary>
    public long RetentionTimeMs { get; set; } = 15L * 24 * 3600 * 1000;

    /// <summary>Series with a retention of their own, the first that matches; see <see cref="TsdbStore.SetRetentionPolicies"/>.</summary>
    public IReadOnlyList<SeriesRetention> RetentionPolicies { get; set; } = [];

    /// <summary>The oldest blocks are deleted while blocks and log are larger than this; 0 is no limit.</summary>
    public long RetentionSizeBytes { get; set; }

    /// <summary>The time range of a block cut from the head.</summary>
    public long BlockRangeMs { get; set; } = 2L * 3600 * 1000;

    /// <summary>What compaction may take of one core while it runs, 1 for all of it.</summary>
    public double CompactionShare { get; set; } = 0.5;

    /// <summary>
    /// From what size of the log on the head is written as blocks when the store is closed, so that the next start need not read the log back;
    /// below it that would save nothing. 0 never does it.
    /// </summary>
    public long SealHeadFromLogBytes { get; set; }

    /// <summary>
    /// How long the log may get behind a checkpoint before another takes its place, though no block was cut: so a start after a crash has so much to
    /// read back at most, or, where the head itself is larger, twice the head.
    /// </summary>
    public long CheckpointFromLogBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>How often the log is forced to disk, and so how much a power loss may cost at most.</summary>
    public long FsyncIntervalMs { get; set; } = 1000;

    /// <summary>Samples further ahead of the clock than this are refused.</summary>
    public long MaxFutureMs { get; set; } = 10 * 60_000;

    /// <summary>How far behind the newest sample of the store a sample may be that is not the newest of its series; 0 refuses all of
    /// those. The first value of <see cref="TsdbStore.OutOfOrderTimeWindowMs"/>, which may change later.</summary>
    public long OutOfOrderTimeWindowMs { get; set; }

    /// <summary>How many series the head may hold. The first value of <see cref="TsdbStore.SeriesLimits"/>, which may change later.</summary>
    public SeriesLimits SeriesLimits { get; set; } = SeriesLimits.None;
}
