using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Query;

/// <summary>The chunks of many series of the head, those of each behind one another. All are there before the first is read.</summary>
internal sealed class HeadSelection
{
    public List<HeadChunk> Chunks { get; } = [];
}
