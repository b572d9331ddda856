namespace Touchline.Push.StatsD;

/// <summary>How tags may stand in a line.</summary>
[Flags]
public enum StatsDTagStyles
{
    None = 0,

    /// <summary>Behind the value: <c>|#a:b</c>.</summary>
    DogStatsD = 1,

    /// <summary>Behind the name: <c>,a=b</c>.</summary>
    InfluxDB = 2,

    /// <summary>Behind the name: <c>#a=b</c>.</summary>
    Librato = 4,

    /// <summary>In the name: <c>[a=b]</c>.</summary>
    SignalFX = 8,

    All = DogStatsD | InfluxDB | Librato | SignalFX,
}
