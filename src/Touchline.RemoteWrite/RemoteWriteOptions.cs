namespace Touchline.RemoteWrite;

/// <summary>Bounds of what senders can make the receiver hold. Sizes in bytes.</summary>
public sealed record RemoteWriteOptions
{
    /// <summary>The largest body as it is sent, compressed.</summary>
    public int MaxBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The largest message after decompression.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>All bodies together that were received and are not stored yet.</summary>
    public long MaxBytesInFlight { get; init; } = 96L * 1024 * 1024;

    /// <summary>How many messages are decoded and stored at the same time; the others wait.</summary>
    public int MaxConcurrency { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Series that are found again by the bytes of their labels; those beyond are looked up by their labels, which is slower.</summary>
    public int MaxKnownSeries { get; init; } = 8 * 1024 * 1024;
}
