namespace Touchline.Model;

/// <summary>A value at a time: milliseconds since the Unix epoch, UTC.</summary>
public readonly record struct Sample(long TimestampMs, double Value);
