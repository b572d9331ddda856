namespace Touchline.Push.StatsD;

/// <summary>A quantile that is shown, and by how much its rank may be wrong: 0.01 of all values.</summary>
public readonly record struct QuantileTarget(double Quantile, double Error);
