namespace Touchline.Tsdb.CrashWriter;

/// <summary>
/// Opens the snapshots that a killed writer left. One that it told of is there and whole; one that has its name is whole, whether it was told of or
/// not; and one that has not cannot be opened, or the kill came between its being whole and its name, and it is.
/// </summary>
internal sealed class SnapshotCheck(string directory, WriterProcess writer, Promise before, Promise after, CampaignResult result)
{
    private const string Unnamed = ".tmp";

    public void Run()
    {
        foreach (var told in writer.Snapshots)
        {
            if (told.Name is not null && !Directory.Exists(Path.Combine(directory, told.Name)))
            {
                throw new FaultFoundException($"snapshot {told.Name} was confirmed and is not there");
            }
        }
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var path in Directory.GetDirectories(directory))
        {
            var hasName = !path.EndsWith(Unnamed, StringComparison.Ordinal);
            if (!hasName && IsRefused(path))
            {
                result.UnfinishedSnapshots++;
                continue;
            }
            CheckWhole(path, Path.GetFileName(hasName ? path : path[..^Unnamed.Length]));
            if (hasName)
            {
                result.Snapshots++;
                Directory.Delete(path, recursive: true);
            }
            else
            {
                // The next start is to remove it.
                result.UnnamedSnapshots++;
            }
        }
    }

    private void CheckWhole(string path, string name)
    {
        var snapshot = writer.Snapshots.Find(one => one.Name == name) ?? writer.Snapshots.Find(one => one.Name is null)
            ?? throw new FaultFoundException($"nobody made snapshot {name}");
        var promise = new Promise
        {
            LastStep = snapshot.FirstStep,
            NewestPossible = Math.Min(snapshot.NewestPossible, after.NewestPossible),
            BatchesAreWhole = false,
        };
        promise.Deleted.AddRange(before.Deleted.Concat(writer.Deleted.Take(snapshot.DeletedBefore)));
        promise.Undecided.AddRange(before.Undecided.Concat(writer.Deleted.Take(snapshot.DeletedUntil).Skip(snapshot.DeletedBefore)));
        if ((snapshot.Name is null ? writer.Deleting : snapshot.Deleting) is { } begun)
        {
            promise.Undecided.Add(begun);
        }
        try
        {
            result.CountSamples(DirectoryCheck.Run(path, promise));
        }
        catch (Exception e) when (e is FaultFoundException or TsdbOpenException)
        {
            throw new FaultFoundException($"snapshot {name}: {e.Message}");
        }
    }

    private static bool IsRefused(string path)
    {
        // Killed between its name and its first file, there is nothing to be taken for anything.
        if (Directory.GetFileSystemEntries(path).Length == 0)
        {
            return true;
        }
        try
        {
            TsdbStore.Open(WrittenSamples.Options(path), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).Dispose();
            return false;
        }
        catch (TsdbOpenException)
        {
            return true;
        }
    }
}
