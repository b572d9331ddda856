using Touchline.PromQL.Evaluation;

namespace Touchline.PromQL;

/// <summary>How far a running query is, for who watches it from outside. Thread-safe.</summary>
public sealed class QueryProgress
{
    private volatile SampleBudget? _budget;

    public long SamplesRead => _budget?.Read ?? 0;

    public long SeriesRead => _budget?.Series ?? 0;

    public long ChunksDecoded => _budget?.Chunks ?? 0;

    /// <summary>Samples in memory now.</summary>
    public long SamplesHeld => _budget?.Held ?? 0;

    /// <summary>Whether it waits for its turn.</summary>
    public bool IsWaiting => _budget is null;

    internal void Begin(SampleBudget budget) => _budget = budget;
}
