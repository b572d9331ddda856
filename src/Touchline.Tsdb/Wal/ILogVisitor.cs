using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Wal;

/// <summary>Takes the parts of every kind of record of the log. References are those of the log.</summary>
internal interface ILogVisitor : IBatchVisitor
{
    /// <param name="reference">The series.</param>
    /// <param name="kind">What the chunk holds.</param>
    /// <param name="minTime">Of its first sample.</param>
    /// <param name="maxTime">Of its last sample.</param>
    /// <param name="count">Its samples.</param>
    /// <param name="bytes">Encoded by <see cref="HeadCodec"/>; valid during the call.</param>
    void Chunk(uint reference, ChunkKind kind, long minTime, long maxTime, int count, ReadOnlySpan<byte> bytes);

    /// <summary>The bits of the series' last value, which its next is encoded against.</summary>
    void LastBits(uint reference, ulong bits);

    void Delete(uint reference, TimeInterval interval);
}
