namespace Touchline.Tsdb.Blocks;

/// <summary>A stretch of time, both ends inclusive, in ms since the Unix epoch.</summary>
internal readonly record struct TimeInterval(long MinTime, long MaxTime)
{
    public bool Covers(long minTime, long maxTime) => MinTime <= minTime && maxTime <= MaxTime;

    /// <summary>Adds an interval to a list of them: ascending, apart from each other.</summary>
    public static TimeInterval[] Add(ReadOnlySpan<TimeInterval> intervals, TimeInterval added)
    {
        var merged = new List<TimeInterval>(intervals.Length + 1);
        var placed = false;
        foreach (var interval in intervals)
        {
            if (interval.MaxTime < added.MinTime)
            {
                merged.Add(interval);
            }
            else if (interval.MinTime > added.MaxTime)
            {
                if (!placed)
                {
                    merged.Add(added);
                    placed = true;
                }
                merged.Add(interval);
            }
            else
            {
                added = new TimeInterval(Math.Min(added.MinTime, interval.MinTime), Math.Max(added.MaxTime, interval.MaxTime));
            }
        }
        if (!placed)
        {
            merged.Add(added);
        }
        return [.. merged];
    }
}
