namespace Touchline.Tsdb.Blocks;

/// <summary>A column of times in the file of chunks.</summary>
internal readonly record struct TimeMeta(long MinTime, long MaxTime, long Offset, int Length, int Count);
