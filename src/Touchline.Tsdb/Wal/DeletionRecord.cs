using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>Samples deleted from the head, as the log has it among the batches: it means what came before it. Format: docs/formats/wal.md, "Deletion".</summary>
internal static class DeletionRecord
{
    /// <summary>Writes the record with its header, ready for the file.</summary>
    public static void Write(ByteBuffer to, IReadOnlyCollection<(uint Reference, TimeInterval Deleted)> deletions)
    {
        to.Clear();
        to.Reserve(WalFormat.RecordHeaderLength);
        to.WriteVarint((ulong)deletions.Count);
        foreach (var (reference, deleted) in deletions)
        {
            to.WriteVarint(reference);
            to.WriteZigZag(deleted.MinTime);
            to.WriteVarint(unchecked((ulong)deleted.MaxTime - (ulong)deleted.MinTime));
        }
        WalFormat.Seal(to, WalRecordType.Deletion);
    }

    public static void Read(ReadOnlySpan<byte> payload, ILogVisitor into)
    {
        var reader = new ByteReader(payload);
        for (var count = reader.ReadCount(3); count > 0; count--)
        {
            var reference = (uint)reader.ReadVarint();
            var minTime = reader.ReadZigZag();
            into.Delete(reference, new TimeInterval(minTime, unchecked((long)((ulong)minTime + reader.ReadVarint()))));
        }
    }
}
