namespace Touchline.Model;

/// <summary>A run of consecutive buckets: the gap to the previous run (or the first index), then how many buckets follow.</summary>
public readonly record struct BucketSpan(int Offset, uint Length);
