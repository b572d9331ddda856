namespace Touchline.Web.Views;

/// <summary>Which queries run, and which took longest. Implemented by the executable. Thread-safe.</summary>
public interface IQueriesView
{
    QueriesSnapshot Queries();
}

public sealed record QueriesSnapshot
{
    /// <summary>Longest running first.</summary>
    public IReadOnlyList<RunningQueryView> Running { get; init; } = [];

    /// <summary>By text, the one with the slowest run first.</summary>
    public IReadOnlyList<SlowQueryView> Slowest { get; init; } = [];

    /// <summary>What ran when the process before this one ended without stopping.</summary>
    public IReadOnlyList<AskedQuery> Unfinished { get; init; } = [];

    /// <summary>How many may run at once.</summary>
    public int MaxConcurrency { get; init; }
}

/// <summary>A query as it was asked: an instant one has step 0. Times and step in ms.</summary>
public sealed record AskedQuery(string Text, long StartMs, long EndMs, long StepMs, DateTimeOffset BeganAt);

/// <summary><paramref name="IsWaiting"/> while others take all turns; what it read is as of now.</summary>
public sealed record RunningQueryView(AskedQuery Query, TimeSpan Elapsed, bool IsWaiting, long SeriesRead, long SamplesRead, long ChunksDecoded, long SamplesHeld);

/// <summary>All runs of one text; what was read is the slowest run's, null where that failed.</summary>
public sealed record SlowQueryView(AskedQuery Slowest, double SlowestMs, long Runs, long Failures, double TotalMs)
{
    public QueryReads? Reads { get; init; }

    /// <summary>Why it failed last; null where it never did.</summary>
    public string? LastError { get; init; }

    /// <summary>Its costliest operators in a run after it was slow, costliest first; empty before.</summary>
    public IReadOnlyList<QueryPartView> Parts { get; init; } = [];
}

/// <summary>One operator of a query, with the part that it computes and what that took without what is below it.</summary>
public sealed record QueryPartView(string Operator, string Expression, double OwnMs, long SamplesRead, long ChunksDecoded);

public sealed record QueryReads(long Series, long Samples, long Chunks, long PeakSamples);
