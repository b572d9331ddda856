using System.IO.Hashing;
using System.Runtime.InteropServices;
using Touchline.Model;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>A series as one remote gets it: its labels after relabelling, and what its messages need of it.</summary>
internal sealed class RemoteSeries(Labels labels)
{
    public Labels Labels { get; } = labels;

    /// <summary>Decides the shard, so that the samples of a series stay in order. The same in every process, for the sake of whoever looks at traffic.</summary>
    public uint Hash { get; } = HashOf(labels);

    /// <summary>Since when it counts, 0 where that was not told; ms since the Unix epoch.</summary>
    public long CreatedMs { get; set; }

    /// <summary>The labels as messages of version 1 have them, made when they are first needed.</summary>
    public byte[]? EncodedLabels { get; set; }

    /// <summary>The metadata as they were at a version of the book.</summary>
    public (int Version, MetricMetadata? Metadata) Metadata { get; set; } = (-1, null);

    /// <summary>While a message is made: the place of its last sample in the batch, or -1. A series is in one shard, and so in one batch.</summary>
    public int LastInBatch { get; set; } = -1;

    private static uint HashOf(Labels labels)
    {
        var hash = new XxHash3();
        foreach (var label in labels)
        {
            hash.Append(MemoryMarshal.AsBytes(label.Name.AsSpan()));
            hash.Append([0]);
            hash.Append(MemoryMarshal.AsBytes(label.Value.AsSpan()));
            hash.Append([0]);
        }
        return (uint)hash.GetCurrentHashAsUInt64();
    }
}
