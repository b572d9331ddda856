namespace Touchline.PromQL;

/// <summary>What one caller asks to be different for one query; null is the engine's own. Durations in ms.</summary>
public readonly record struct QueryLimits(long? TimeoutMs, long? LookbackDeltaMs)
{
    /// <summary>Whether the samples that each step looks at are counted apart, which also <see cref="PromQLFeatures.StepStatistics"/> has to allow.</summary>
    public bool CountsSteps { get; init; }

    /// <summary>Whether the answer comes with the plan and what each of its operators cost.</summary>
    public bool Explains { get; init; }

    /// <summary>Whether the answer comes with what its operators cost where it is computed; what is kept is still taken, without.</summary>
    public bool MeasuresOperators { get; init; }

    /// <summary>Whether the answer has to be computed, even where it is kept.</summary>
    public bool IsComputed { get; init; }

    /// <summary>What tells how far the query is, where somebody watches it.</summary>
    public QueryProgress? Progress { get; init; }

    public static QueryLimits Default => default;
}
