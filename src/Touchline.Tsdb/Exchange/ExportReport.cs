namespace Touchline.Tsdb.Exchange;

/// <summary>What an export did. Times in ms since the Unix epoch.</summary>
public sealed record ExportReport
{
    /// <summary>Blocks written, oldest first.</summary>
    public IReadOnlyList<string> Blocks { get; init; } = [];

    public long Samples { get; init; }

    /// <summary>The time of the first block and that of the last sample; both 0 where there is none.</summary>
    public long MinTimeMs { get; init; }

    public long MaxTimeMs { get; init; }

    /// <summary>What could not be read; the rest was exported.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];
}
