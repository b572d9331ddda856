namespace Touchline.Tsdb.CrashWriter;

/// <summary>When a writer is killed: after a while, while it closes, or when a file is seen to come or go that only one kind of work makes.</summary>
internal sealed record KillMoment(string Name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static readonly KillMoment[] All =
    [
        new("after a while"),
        new("at once"),
        new("while it closes") { IsClosing = true },
        new("while the head is sealed") { IsClosing = true, Sees = (path, _) => IsUnfinishedBlock(path) },
        new("when the log of a sealed head goes") { IsClosing = true, Sees = (path, _) => path.Contains(".checkpoint", StringComparison.Ordinal) },
        new("while a block is written") { Sees = (path, _) => IsUnfinishedBlock(path) },
        new("while a block's index is written") { Sees = (path, _) => IsUnfinishedBlock(path) && path.EndsWith("/index", StringComparison.Ordinal) },
        new("while blocks are compacted") { Sees = (path, writer) => IsUnfinishedBlock(path) && writer.IsCompacting },
        new("while a checkpoint is written") { Sees = (path, _) => path.EndsWith(".checkpoint.tmp", StringComparison.Ordinal) },
        new("when a log segment begins") { Sees = (path, _) => path.EndsWith(".wal", StringComparison.Ordinal) },
        new("while a block is deleted") { Sees = (path, _) => path.Contains(".deleting", StringComparison.Ordinal) },
        new("while tombstones are written")
        {
            Sees = (path, _) => !IsInSnapshot(path) && Path.GetFileName(path).StartsWith("tombstones", StringComparison.Ordinal),
        },
        new("while a snapshot is written") { Sees = (path, _) => IsInSnapshot(path) },
        new("while blocks are linked into a snapshot")
        {
            Sees = (path, _) => IsInSnapshot(path) && path.Contains("/blocks/", StringComparison.Ordinal) && !path.Contains(".tmp", StringComparison.Ordinal),
            IsRelativeToSnapshot = true,
        },
        new("when a snapshot is whole")
        {
            Sees = (path, _) => IsInSnapshot(path) && path.EndsWith("/unfinished", StringComparison.Ordinal),
            IsDeletion = true,
        },
        new("when a snapshot gets its name")
        {
            Sees = (path, _) => IsInSnapshot(path) && !path.Contains(".tmp", StringComparison.Ordinal),
        },
    ];

    /// <summary>Whether it lies between the writer's word that it closes the store and its word that it has.</summary>
    private bool IsClosing { get; init; }

    /// <summary>Whether a path that appears or goes is of the work; null where none is waited for.</summary>
    private Func<string, WriterProcess, bool>? Sees { get; init; }

    /// <summary>Whether it comes when the path goes, not when it appears.</summary>
    private bool IsDeletion { get; init; }

    /// <summary>Whether the name of the snapshot is left out of the paths.</summary>
    private bool IsRelativeToSnapshot { get; init; }

    /// <summary>Waits for the moment, at most two seconds, and then a random instant more; false where it did not come.</summary>
    public bool WaitFor(WriterProcess writer, string directory, Random random)
    {
        if (!IsClosing && Sees is null)
        {
            Thread.Sleep(Name == "at once" ? 0 : random.Next(10, 250));
            return true;
        }
        if (!IsClosing)
        {
            Thread.Sleep(random.Next(0, 150));
        }
        using var seen = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(directory) { IncludeSubdirectories = true };
        void Look(object sender, FileSystemEventArgs e)
        {
            if (Sees!(IsRelativeToSnapshot ? WithoutSnapshot(e.FullPath) : e.FullPath, writer) && writer.IsClosing == IsClosing)
            {
                seen.Set();
            }
        }
        if (IsDeletion)
        {
            watcher.Deleted += Look;
            watcher.EnableRaisingEvents = true;
        }
        else if (Sees is not null)
        {
            watcher.Created += Look;
            watcher.Renamed += Look;
            watcher.EnableRaisingEvents = true;
        }
        if (IsClosing)
        {
            writer.WaitUntilClosing();
        }
        if (Sees is null)
        {
            Thread.Sleep(random.Next(0, 6));
            return true;
        }
        var came = seen.Wait(Patience);
        // Up to some two milliseconds, in steps far below one: most of this work takes no longer.
        Thread.SpinWait(random.Next(0, 40_000));
        return came;
    }

    private static bool IsInSnapshot(string path) => path.Contains("/snapshots/", StringComparison.Ordinal);

    private static bool IsUnfinishedBlock(string path) =>
        !IsInSnapshot(path) && path.Contains("/blocks/", StringComparison.Ordinal) && path.Contains(".tmp", StringComparison.Ordinal);

    private static string WithoutSnapshot(string path)
    {
        var blocks = path.IndexOf("/blocks/", StringComparison.Ordinal);
        return IsInSnapshot(path) && blocks > 0 ? "/snapshots/" + path[blocks..] : path;
    }
}
