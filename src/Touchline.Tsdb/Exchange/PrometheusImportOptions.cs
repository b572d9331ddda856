namespace Touchline.Tsdb.Exchange;

/// <summary>What to import and where to.</summary>
public sealed record PrometheusImportOptions
{
    /// <summary>A data directory of Prometheus's. Nothing in it is changed; it may be read-only.</summary>
    public required string Source { get; init; }

    /// <summary>The data directory to bring it into; made where it does not exist.</summary>
    public required string Target { get; init; }

    /// <summary>About how much memory samples of the log may take at once.</summary>
    public long MemoryBytes { get; init; } = 512L * 1024 * 1024;
}
