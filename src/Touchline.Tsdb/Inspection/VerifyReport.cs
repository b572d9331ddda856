namespace Touchline.Tsdb.Inspection;

/// <summary>What a verification looked at and found.</summary>
public sealed record VerifyReport
{
    public int Blocks { get; init; }

    public long Series { get; init; }

    public long Chunks { get; init; }

    /// <summary>Samples of blocks that could be read.</summary>
    public long Samples { get; init; }

    public int LogFiles { get; init; }

    public long LogRecords { get; init; }

    /// <summary>Closed chunks of the head in files.</summary>
    public long HeadChunks { get; init; }

    /// <summary>At most a thousand; <see cref="MoreFindings"/> says how many were left out.</summary>
    public IReadOnlyList<VerifyFinding> Findings { get; init; } = [];

    public long MoreFindings { get; init; }

    /// <summary>What is left over and will be put right by the next start; nothing is lost with it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
