namespace Touchline.Model;

/// <summary>What is known of a counter reset before a histogram sample.</summary>
public enum CounterResetHint : byte
{
    Unknown,
    CounterReset,
    NotCounterReset,
    Gauge,
}
