namespace Touchline.Tsdb.Retention;

/// <summary>
/// What is done to the samples of a series in a block: those up to a time (ms, inclusive) are dropped, those up to others become aggregates.
/// The least number is nothing, the greatest is everything.
/// </summary>
internal sealed record RetentionCuts(long DropThrough, IReadOnlyList<(long ThroughMs, long ResolutionMs)> Aggregate)
{
    public bool DoNothing => DropThrough == long.MinValue && Aggregate.All(step => step.ThroughMs == long.MinValue);

    /// <summary>Up to which time data of a resolution (0: samples) does not stay as it is.</summary>
    public long ThroughFor(long resolutionMs) =>
        Aggregate.Where(step => step.ResolutionMs > resolutionMs).Select(step => step.ThroughMs).Append(DropThrough).Max();

    public override string ToString() => $"{DropThrough},{string.Join(',', Aggregate)}";
}
