namespace Touchline.Tsdb.Exchange;

/// <summary>Where to import samples to.</summary>
public sealed record SampleImportOptions
{
    /// <summary>The data directory to bring them into; made where it does not exist.</summary>
    public required string Target { get; init; }

    /// <summary>About how much memory they may take before they are written to disk.</summary>
    public long MemoryBytes { get; init; } = 256L * 1024 * 1024;
}
