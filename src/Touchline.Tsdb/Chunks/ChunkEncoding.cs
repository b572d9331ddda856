namespace Touchline.Tsdb.Chunks;

/// <summary>
/// The first byte of a chunk: its format and version in one. A reader that does not know the number refuses the chunk. On disk:
/// never renumber; docs/formats/chunk.md names those that are kept free.
/// </summary>
internal enum ChunkEncoding : byte
{
    /// <summary>One sample after the other, as the head appends them (<see cref="HeadCodec"/>).</summary>
    Head = 3,

    /// <summary>Times and values as columns (<see cref="SealedChunk"/>).</summary>
    Sealed = 2,
}
