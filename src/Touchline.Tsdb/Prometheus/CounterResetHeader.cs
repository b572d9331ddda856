using Touchline.Model;

namespace Touchline.Tsdb.Prometheus;

/// <summary>What a histogram chunk says of a counter reset before its first sample: the highest two bits of its third byte.</summary>
internal enum CounterResetHeader : byte
{
    Unknown = 0,
    NotCounterReset = 0b0100_0000,
    CounterReset = 0b1000_0000,
    Gauge = 0b1100_0000,
}

internal static class CounterResetHeaders
{
    public const byte Mask = 0b1100_0000;

    /// <summary>
    /// What is known of a sample by its place in the chunk. That there was no reset before the first is not believed: the chunk before may
    /// have been deleted.
    /// </summary>
    public static CounterResetHint HintAt(this CounterResetHeader header, int position) => header switch
    {
        CounterResetHeader.Gauge => CounterResetHint.Gauge,
        _ when position > 0 => CounterResetHint.NotCounterReset,
        CounterResetHeader.CounterReset => CounterResetHint.CounterReset,
        _ => CounterResetHint.Unknown,
    };
}
