namespace Touchline.PromQL;

/// <summary>What one caller asks to be different for one query; null is the engine's own. Durations in ms.</summary>
public readonly record struct QueryLimits(long? TimeoutMs, long? LookbackDeltaMs)
{
    public static QueryLimits Default => default;
}
