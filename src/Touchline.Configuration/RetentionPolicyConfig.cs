using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>One entry of <c>retention_policies</c>: how long the samples of some series are kept, and in which detail. Durations in ms.</summary>
public sealed record RetentionPolicyConfig
{
    /// <summary>A series that passes all of them belongs to the policy, unless to an earlier one.</summary>
    public IReadOnlyList<LabelMatcher> Matchers { get; init; } = [];

    /// <summary>0 is for ever; null is the retention of the whole store.</summary>
    public long? KeepForMs { get; init; }

    /// <summary>Rising in age and in resolution.</summary>
    public IReadOnlyList<DownsamplingConfig> Downsampling { get; init; } = [];
}

/// <summary>From which age on aggregates of which resolution take the place of samples.</summary>
public readonly record struct DownsamplingConfig(long AfterMs, long ResolutionMs);
