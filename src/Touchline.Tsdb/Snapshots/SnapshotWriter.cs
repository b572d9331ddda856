using System.Globalization;
using System.Security.Cryptography;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Cardinality;
using Touchline.Tsdb.Deletion;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Snapshots;

/// <summary>
/// Makes a data directory of its own under <c>snapshots/</c> that holds what the store holds now: the files of blocks by hard links, which cost
/// no room and no time, and the head as blocks beside them. Until it is whole and on disk, it has neither its name nor can it be opened.
/// </summary>
internal sealed class SnapshotWriter(
    DataDirectory layout, MetricHead head, BlockCatalog blocks, Deletions deletions, Lock commits, MetricReads reads, TimeProvider time)
{
    /// <summary>Answers the name of the directory, as Prometheus names it: the time and a random number.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; nothing of the snapshot is left.</exception>
    public string Write(bool skipHead, CancellationToken cancellationToken)
    {
        var name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)
            + "-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var final = Path.Combine(layout.Snapshots, name);
        var temporary = final + BlockFiles.TemporaryExtension;
        try
        {
            var copy = DataDirectory.BeginUnfinished(temporary);
            using var watch = deletions.Watch();
            // Before the blocks: what is cut from the head meanwhile is then there twice rather than nowhere.
            var written = skipHead ? [] : new HeadBlockWriter(head, time).WriteAll(copy.Blocks, NewestOfBatches(), cancellationToken);
            watch.Publish(apply =>
            {
                written.ForEach(apply);
                blocks.Visit(block => Link(block.Directory, Path.Combine(copy.Blocks, block.Meta.Ulid)));
                return true;
            });
            Checkpoint.WriteMetadata(copy.Wal, 1, head);
            new MetricReadsFile(copy.Root).Write(reads);
            DurableFiles.SyncDirectory(copy.Blocks);
            BlockRegister.WriteFor(copy.Blocks);
            copy.Finish();
            DurableFiles.Rename(temporary, final);
            return name;
        }
        catch
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
            throw;
        }
    }

    /// <summary>Removes snapshots that a crash interrupted.</summary>
    /// <param name="repaired">Told of each.</param>
    /// <exception cref="IOException">One cannot be removed.</exception>
    public static void RemoveUnfinished(DataDirectory layout, Action<string> repaired)
    {
        if (!Directory.Exists(layout.Snapshots))
        {
            return;
        }
        foreach (var path in Directory.GetDirectories(layout.Snapshots, "*" + BlockFiles.TemporaryExtension))
        {
            Directory.Delete(path, recursive: true);
            repaired($"{path}: a snapshot that was not finished was removed");
        }
    }

    /// <summary>Between two batches, so that the newest one of the snapshot is in it as a whole.</summary>
    private long NewestOfBatches()
    {
        lock (commits)
        {
            return head.MaxTime;
        }
    }

    private static void Link(string block, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(block))
        {
            if (!file.EndsWith(BlockFiles.TemporaryExtension, StringComparison.Ordinal))
            {
                DurableFiles.Link(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }
        DurableFiles.SyncDirectory(to);
    }
}
