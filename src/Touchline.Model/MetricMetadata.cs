namespace Touchline.Model;

/// <summary>What is known of a metric beside its samples. Help and unit are empty where none was given.</summary>
public sealed record MetricMetadata(MetricType Type, string Help, string Unit);
