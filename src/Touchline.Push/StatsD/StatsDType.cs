namespace Touchline.Push.StatsD;

/// <summary>What a line of StatsD says it measures.</summary>
public enum StatsDType
{
    Counter,
    Gauge,

    /// <summary>Timers, histograms and distributions, which differ in their unit only.</summary>
    Observer,
    Set,
}
