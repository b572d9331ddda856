namespace Touchline.Tsdb.Aggregates;

/// <summary>
/// The windows of a resolution: (k × resolution, (k + 1) × resolution], start exclusive and end inclusive as PromQL's own, so that a query
/// on the grid takes in exactly the samples of whole windows. Windows of a coarser resolution hold whole ones of a finer.
/// </summary>
internal static class AggregateWindow
{
    public const long FiveMinutes = 5 * 60_000;
    public const long Hour = 60 * 60_000;

    /// <summary>The end of the window that a time falls into.</summary>
    public static long EndOf(long time, long resolution)
    {
        var past = ((time % resolution) + resolution) % resolution;
        return past == 0 ? time : time - past + resolution;
    }
}
