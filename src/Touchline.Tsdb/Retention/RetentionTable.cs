using Touchline.Model;

namespace Touchline.Tsdb.Retention;

/// <summary>The policies as one, in their order: the first that a series passes is the series' own, and the store's retention is the last. Immutable.</summary>
internal sealed class RetentionTable
{
    private const long Day = 24L * 3600 * 1000;
    private const long Grid = 3600 * 1000;

    /// <summary>So many times at most is a large block written anew while it grows older than one age.</summary>
    private const int PartsOfBlock = 4;

    private readonly SeriesRetention[] _policies;

    public RetentionTable(IReadOnlyList<SeriesRetention> policies, long retentionTimeMs)
    {
        _policies = [.. policies.Select(policy => policy with { KeepForMs = policy.KeepForMs ?? retentionTimeMs }), Everything(retentionTimeMs)];
        LongestKeepMs = _policies.Any(policy => policy.KeepForMs == 0) ? 0 : _policies.Max(policy => policy.KeepForMs!.Value);
        ShortestAgeMs = _policies.SelectMany(policy => policy.Downsampling.Select(step => step.AfterMs).Append(policy.KeepForMs!.Value))
            .Where(age => age > 0).DefaultIfEmpty(long.MaxValue).Min();
    }

    /// <summary>The least age at which anything is dropped or aggregated; the greatest number where nothing ever is.</summary>
    public long ShortestAgeMs { get; }

    /// <summary>The policies, the last of which every series passes.</summary>
    public IReadOnlyList<SeriesRetention> Policies => _policies;

    /// <summary>For how long a block as a whole must be kept: that of the most patient policy, 0 for ever.</summary>
    public long LongestKeepMs { get; }

    public SeriesRetention Of(Labels labels) => Array.Find(_policies, policy => policy.Matchers.All(matcher => matcher.Matches(labels)))!;

    /// <summary>What a policy does to the samples of a block at a time.</summary>
    /// <param name="policy">One of the table's.</param>
    /// <param name="minTimeMs">The first time of the block's range.</param>
    /// <param name="maxTimeMs">The first time behind it.</param>
    /// <param name="nowMs">From where age counts.</param>
    public static RetentionCuts CutsOf(SeriesRetention policy, long minTimeMs, long maxTimeMs, long nowMs)
    {
        var drop = policy.KeepForMs is > 0 and var keep ? Through(minTimeMs, maxTimeMs, nowMs - keep) : long.MinValue;
        return new RetentionCuts(drop, [.. policy.Downsampling.Select(step => (Through(minTimeMs, maxTimeMs, nowMs - step.AfterMs), step.ResolutionMs))]);
    }

    /// <summary>
    /// Up to which time samples of the block are dealt with when all before a time are old enough. A block of up to a day goes as a whole; a
    /// longer one in parts, whose borders lie on the grid of every resolution.
    /// </summary>
    private static long Through(long minTimeMs, long maxTimeMs, long oldBefore)
    {
        if (oldBefore >= maxTimeMs)
        {
            return long.MaxValue;
        }
        var part = Math.Max(Day, (maxTimeMs - minTimeMs) / PartsOfBlock);
        if (oldBefore < minTimeMs + part)
        {
            return long.MinValue;
        }
        var border = minTimeMs + ((oldBefore - minTimeMs) / part * part);
        border -= ((border % Grid) + Grid) % Grid;
        return border > minTimeMs ? border : long.MinValue;
    }

    private static SeriesRetention Everything(long retentionTimeMs) => new() { Matchers = [], KeepForMs = retentionTimeMs };
}
