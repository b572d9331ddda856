namespace Touchline.Collectors.Probes;

/// <summary>How a check goes.</summary>
/// <param name="LastProbe">When the last one began, null before the first.</param>
/// <param name="LastError">Why the last one failed, in full; empty where it did not.</param>
/// <param name="LastSamples">Samples that the last one gave.</param>
public sealed record CheckSnapshot(DateTimeOffset? LastProbe, TimeSpan LastDuration, string LastError, int LastSamples);
