using Touchline.Model;

namespace Touchline.Tsdb.Retention;

/// <summary>How long the samples of some series are kept, and from which age on only aggregates of them. Durations in ms.</summary>
public sealed record SeriesRetention
{
    /// <summary>A series that passes all of them belongs to this policy, unless to an earlier one.</summary>
    public required IReadOnlyList<LabelMatcher> Matchers { get; init; }

    /// <summary>0 keeps them for ever; null is the retention of the whole store.</summary>
    public long? KeepForMs { get; init; }

    /// <summary>Ages and resolutions, both rising; each resolution a multiple of the one before, at most an hour.</summary>
    public IReadOnlyList<Downsampling> Downsampling { get; init; } = [];
}

/// <summary>From which age on samples are replaced by aggregates of a resolution.</summary>
public readonly record struct Downsampling(long AfterMs, long ResolutionMs);
