namespace Touchline.Tsdb.Compaction;

/// <summary>The time ranges of blocks, level by level: each three times the one below, as Prometheus has them.</summary>
internal static class CompactionRanges
{
    private const int Factor = 3;
    private const long MaxRangeMs = 31L * 24 * 3600 * 1000;

    /// <param name="blockRangeMs">The range of a block that is cut from the head.</param>
    /// <param name="retentionTimeMs">
    /// How long samples are kept, 0 for ever. No block spans more than a tenth of it: a block goes as a whole, so a longer one would keep
    /// samples far beyond their time.
    /// </param>
    public static IReadOnlyList<long> Of(long blockRangeMs, long retentionTimeMs)
    {
        var longest = retentionTimeMs > 0 ? Math.Min(retentionTimeMs / 10, MaxRangeMs) : MaxRangeMs;
        var ranges = new List<long> { blockRangeMs };
        while (ranges[^1] <= longest / Factor)
        {
            ranges.Add(ranges[^1] * Factor);
        }
        return ranges;
    }
}
