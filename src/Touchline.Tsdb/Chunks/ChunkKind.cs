namespace Touchline.Tsdb.Chunks;

/// <summary>What the samples of a chunk are. A series that changes between the two starts a new chunk. On disk: never renumber.</summary>
internal enum ChunkKind : byte
{
    Float = 0,
    Histogram = 1,
}
