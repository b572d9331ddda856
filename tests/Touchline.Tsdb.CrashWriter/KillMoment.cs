namespace Touchline.Tsdb.CrashWriter;

/// <summary>When a writer is killed: after a while, while it closes, or when a file is seen that only one kind of work makes.</summary>
internal sealed record KillMoment(string Name, Func<string, bool>? Sees = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static readonly KillMoment[] All =
    [
        new("after a while"),
        new("at once"),
        new("while it closes"),
        new("while a block is written", path => path.Contains("/blocks/", StringComparison.Ordinal) && path.EndsWith(".tmp", StringComparison.Ordinal)),
        new("while a block's index is written", path => path.Contains(".tmp/index", StringComparison.Ordinal)),
        new("while a checkpoint is written", path => path.EndsWith(".checkpoint.tmp", StringComparison.Ordinal)),
        new("when a log segment begins", path => path.EndsWith(".wal", StringComparison.Ordinal)),
        new("while a block is deleted", path => path.Contains(".deleting", StringComparison.Ordinal)),
        new("while tombstones are written", path => Path.GetFileName(path).StartsWith("tombstones", StringComparison.Ordinal)),
    ];

    /// <summary>Waits for the moment, at most two seconds, and then a random instant more; false where it did not come.</summary>
    public bool WaitFor(WriterProcess writer, string directory, Random random)
    {
        switch (Name)
        {
            case "after a while":
                Thread.Sleep(random.Next(10, 250));
                return true;
            case "at once":
                return true;
            case "while it closes":
                writer.WaitUntilClosing();
                Thread.Sleep(random.Next(0, 6));
                return true;
        }
        Thread.Sleep(random.Next(0, 150));
        using var seen = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(directory) { IncludeSubdirectories = true };
        void Look(object sender, FileSystemEventArgs e)
        {
            if (Sees!(e.FullPath))
            {
                seen.Set();
            }
        }
        watcher.Created += Look;
        watcher.Renamed += Look;
        watcher.EnableRaisingEvents = true;
        var came = seen.Wait(Patience);
        // Up to some two milliseconds, in steps far below one: most of this work takes no longer.
        Thread.SpinWait(random.Next(0, 40_000));
        return came;
    }
}
