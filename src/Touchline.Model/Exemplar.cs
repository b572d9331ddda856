namespace Touchline.Model;

/// <summary>An example observation behind a sample, usually with a trace_id label. Time in ms since the Unix epoch.</summary>
public sealed record Exemplar(Labels Labels, double Value, long TimestampMs);
