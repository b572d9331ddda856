namespace Touchline.Tsdb.Blocks;

/// <summary>Where a chunk of a block is, and the times of its first and last sample.</summary>
internal readonly record struct ChunkMeta(long MinTime, long MaxTime, long Offset, int Length);
