namespace Touchline.RemoteWrite.Sending;

/// <summary>Where what is to be sent is kept until it is, and how much of it. Sizes in bytes.</summary>
public sealed record SendingOptions
{
    /// <summary>A directory of its own; made where it is not there.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// All that is kept. A host's thousand series every five seconds are 2 kB a second, so that this is enough for five days; 100,000 series
    /// every fifteen fill it in four hours.
    /// </summary>
    public long MaxQueueBytes { get; init; } = 1L << 30;

    /// <summary>After so many bytes of samples a new file begins: files are deleted whole.</summary>
    public long SegmentBytes { get; init; } = 16L << 20;

    /// <summary>How often what was written is forced to disk, and positions are noted.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the last requests may take when it ends.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);
}
