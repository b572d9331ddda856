namespace Touchline.Tsdb.Head;

/// <summary>Where the ranges of blocks begin and end: at whole multiples of the range since the Unix epoch, before it too.</summary>
internal static class BlockTimes
{
    public static long Start(long time, long range)
    {
        var remainder = time % range;
        return time - remainder - (remainder < 0 ? range : 0);
    }

    /// <summary>The first time behind the range.</summary>
    public static long End(long time, long range) => Start(time, range) + range;
}
