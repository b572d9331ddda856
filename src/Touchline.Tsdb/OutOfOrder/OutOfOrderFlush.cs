using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Deletion;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>
/// Makes blocks of out-of-order samples whose range was cut from the head before they came. Such a block overlaps the one that was cut;
/// compaction merges the two.
/// </summary>
internal sealed class OutOfOrderFlush(MetricHead head, BlockCatalog blocks, Deletions deletions, Lock commits, TimeProvider time)
{
    /// <summary>From here on blocks are made without waiting for the head to cut one.</summary>
    private const long PressingBytes = OutOfOrderHead.MaxBytes / 4;

    public bool IsPressing => head.OutOfOrder.Bytes >= PressingBytes;

    /// <summary>Writes every closed range. Answers the blocks; a failure leaves what is not written in memory, for the next run.</summary>
    /// <param name="syncLog">Called before a block counts, which may hold a part of a batch.</param>
    /// <param name="cancellationToken">Gives it up between two series.</param>
    public List<Block> Run(Action syncLog, CancellationToken cancellationToken)
    {
        List<OutOfOrderRange> frozen;
        long lastCommit;
        lock (commits)
        {
            lastCommit = head.Committed;
            frozen = head.OutOfOrder.Freeze(long.MinValue, head.OldestOpenTime);
        }
        var written = new List<Block>();
        foreach (var sameTimes in frozen.GroupBy(range => range.Start))
        {
            OutOfOrderRange[] ranges = [.. sameTimes];
            using var watch = deletions.Watch();
            if (Write(ranges, cancellationToken) is { } directory)
            {
                syncLog();
                written.Add(watch.Publish(apply => blocks.Add(directory, apply, lastCommit)));
            }
            lock (commits)
            {
                Array.ForEach(ranges, head.OutOfOrder.Drop);
            }
        }
        return written;
    }

    /// <summary>Writes ranges of the same times as one block, still without its name; null where everything in them was deleted.</summary>
    private string? Write(OutOfOrderRange[] ranges, CancellationToken cancellationToken)
    {
        var index = head.Index;
        var references = ranges.SelectMany(range => range.References).Distinct().ToArray();
        references.AsSpan().Sort(index.Compare);
        using var writer = new BlockWriter(blocks.Directory, Ulid.New(time.GetUtcNow()));
        var rows = new SampleColumns();
        foreach (var reference in references)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Clear();
            OutOfOrderRows.MergeInto(rows, ranges, reference);
            writer.Add(index.LabelsOf(reference), rows);
        }
        return writer.SeriesCount > 0 ? writer.Complete(ranges[0].Start, ranges[0].End) : null;
    }
}
