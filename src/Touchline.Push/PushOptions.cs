namespace Touchline.Push;

/// <summary>What may be pushed and where it is kept. Sizes in bytes.</summary>
public sealed record PushOptions
{
    /// <summary>Most bytes of a body, decompressed.</summary>
    public int MaxBodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most series in all groups together.</summary>
    public int MaxSeries { get; init; } = 500_000;

    /// <summary>Most families and metrics of a body: one with more has too many series, or families of none.</summary>
    public int MaxEntries => 2 * MaxSeries;

    /// <summary>Most characters of labels and helps in all groups together, as one label may be as long as a body.</summary>
    public long MaxTextCharacters { get; init; } = 64 * 1024 * 1024;

    /// <summary>File that groups are kept in over a restart; empty to keep them in memory only.</summary>
    public string PersistenceFile { get; init; } = "";

    /// <summary>Least time between two writes of the file.</summary>
    public TimeSpan PersistenceInterval { get; init; } = TimeSpan.FromSeconds(5);
}
