using System.Globalization;
using System.Security.Cryptography;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Snapshots;

/// <summary>
/// Makes a data directory of its own under <c>snapshots/</c> that holds what the store holds now: the files of blocks by hard links, which cost
/// no room and no time, and the head as blocks beside them.
/// </summary>
internal sealed class SnapshotWriter(DataDirectory layout, MetricHead head, BlockCatalog blocks, TimeProvider time)
{
    /// <summary>Answers the name of the directory, as Prometheus names it: the time and a random number.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; nothing of the snapshot is left.</exception>
    public string Write(bool skipHead, CancellationToken cancellationToken)
    {
        var name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)
            + "-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var snapshots = Directory.CreateDirectory(Path.Combine(layout.Root, "snapshots")).FullName;
        var final = Path.Combine(snapshots, name);
        var temporary = final + BlockFiles.TemporaryExtension;
        var copy = DataDirectory.Prepare(temporary);
        try
        {
            if (!skipHead)
            {
                // Before the blocks: what is cut from the head meanwhile is then there twice rather than nowhere.
                new HeadBlockWriter(head, time).WriteAll(copy.Blocks, cancellationToken);
            }
            blocks.Visit(block => Link(block.Directory, Path.Combine(copy.Blocks, block.Meta.Ulid)));
            Checkpoint.WriteMetadata(copy.Wal, 1, head);
            DurableFiles.SyncDirectory(copy.Blocks);
            DurableFiles.SyncDirectory(copy.Root);
            DurableFiles.Rename(temporary, final);
            return name;
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
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
