namespace Touchline.Tsdb.Exchange;

/// <summary>What an import did. Times in ms since the Unix epoch.</summary>
public sealed record ImportReport
{
    /// <summary>Blocks of the source that were read now.</summary>
    public int BlocksRead { get; init; }

    /// <summary>Blocks of the source that an earlier run had imported.</summary>
    public int BlocksKnown { get; init; }

    /// <summary>Blocks written here.</summary>
    public IReadOnlyList<string> BlocksWritten { get; init; } = [];

    public long Samples { get; init; }

    /// <summary>Samples that this data directory had already; they were left out.</summary>
    public long Duplicates { get; init; }

    /// <summary>The first and the last sample written; both 0 where there is none.</summary>
    public long MinTimeMs { get; init; }

    public long MaxTimeMs { get; init; }

    /// <summary>What could not be read, each with file, place and reason; the rest was imported.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>What a person should know and need not act on.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
