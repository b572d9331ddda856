namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Where the values of a chunk are and which times they have: <paramref name="Count"/> samples from place <paramref name="Skip"/> of a column of times.
/// </summary>
/// <param name="MinTime">The time of the first sample.</param>
/// <param name="MaxTime">The time of the last sample.</param>
/// <param name="Offset">Of the values in the file of chunks.</param>
/// <param name="Length">Of the values, in bytes.</param>
/// <param name="Times">The number of the column of times.</param>
/// <param name="HasMarks">Whether staleness markers or histograms are among the samples, so that counting them needs the values.</param>
internal readonly record struct ChunkMeta(long MinTime, long MaxTime, long Offset, int Length, uint Times, int Skip, int Count, bool HasMarks);
