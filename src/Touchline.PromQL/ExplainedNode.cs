namespace Touchline.PromQL;

/// <summary>
/// One operator of a plan and what it cost. Times are ms of wall time; what it read is its own, without its children's. Reading is spread over the
/// cores: the time of a range is the mean of theirs.
/// </summary>
/// <param name="Operator">What it does: select, range, subquery, call, aggregate, binary, unary, scalar; once where it is computed at one step for all.</param>
/// <param name="Expression">The part of the query that it computes; what is long is cut.</param>
/// <param name="Steps">At how many times it is computed.</param>
/// <param name="Children">What it is computed from, in the order of the query.</param>
public sealed record ExplainedNode(string Operator, string Expression, int Steps, IReadOnlyList<ExplainedNode> Children)
{
    /// <summary>With its children.</summary>
    public double ElapsedMs { get; init; }

    /// <summary>Without its children.</summary>
    public double OwnMs { get; init; }

    /// <summary>Series that it made; of a scalar one.</summary>
    public long Series { get; init; }

    /// <summary>Points of those series; of a range the samples that it handed out.</summary>
    public long Points { get; init; }

    public long SeriesRead { get; init; }

    public long SamplesRead { get; init; }

    public long ChunksDecoded { get; init; }
}
