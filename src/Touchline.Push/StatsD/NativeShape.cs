namespace Touchline.Push.StatsD;

/// <summary>How the native buckets of a histogram are made.</summary>
/// <param name="Factor">By how much a bucket's bound is at most above the one before; above 1.</param>
/// <param name="MaxBuckets">Most buckets, before the resolution is lowered.</param>
internal sealed record NativeShape(double Factor, int MaxBuckets);
