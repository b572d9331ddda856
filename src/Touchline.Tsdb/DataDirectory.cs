using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb;

/// <summary>Where things are in a data directory.</summary>
internal sealed record DataDirectory(string Root, string Wal, string Blocks, string Head)
{
    /// <summary>A file that a directory has as long as it is not whole: a copy of another one that is being made.</summary>
    private const string Unfinished = "unfinished";

    /// <summary>Where snapshots are, once there are any.</summary>
    public string Snapshots => Path.Combine(Root, "snapshots");

    public static DataDirectory Of(string root) => new(root, Path.Combine(root, "wal"), Path.Combine(root, "blocks"), Path.Combine(root, "head"));

    /// <summary>Makes the directories that are missing.</summary>
    /// <exception cref="TsdbOpenException">The path is no directory, is another program's, or cannot be written.</exception>
    public static DataDirectory Prepare(string path)
    {
        var root = Path.GetFullPath(path);
        if (File.Exists(root))
        {
            throw new TsdbOpenException($"data directory {root} is a file; choose a directory with --storage.tsdb.path");
        }
        if (IsOfPrometheus(root))
        {
            throw new TsdbOpenException(
                $"data directory {root} is one of Prometheus, whose files are of another format; choose an empty directory with --storage.tsdb.path, "
                + $"and bring its data there with: touchline tsdb import-prometheus {root} --storage.tsdb.path=DIR");
        }
        if (File.Exists(Path.Combine(root, Unfinished)))
        {
            throw new TsdbOpenException($"data directory {root} is a snapshot whose making was interrupted: samples are missing from it; delete it, and make another");
        }
        var layout = Of(root);
        try
        {
            Directory.CreateDirectory(layout.Wal);
            Directory.CreateDirectory(layout.Blocks);
            return layout;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DirectoryLock.NotWritable(root, e);
        }
    }

    /// <summary>Whether a directory is one of Prometheus's: with chunks of a head, or with blocks in the directory itself, where ours has none.</summary>
    public static bool IsOfPrometheus(string root) => Directory.Exists(root)
        && (Directory.Exists(Path.Combine(root, "chunks_head"))
            || Directory.EnumerateDirectories(root, "*", new EnumerationOptions { IgnoreInaccessible = true }).Any(path => Ulid.IsValid(Path.GetFileName(path)) && File.Exists(Path.Combine(path, BlockFiles.Meta))));

    /// <summary>Makes a directory that nobody can open before <see cref="Finish"/>.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static DataDirectory BeginUnfinished(string root)
    {
        var layout = Of(root);
        Directory.CreateDirectory(root);
        File.WriteAllBytes(Path.Combine(root, Unfinished), []);
        DurableFiles.SyncDirectory(root);
        Directory.CreateDirectory(layout.Wal);
        Directory.CreateDirectory(layout.Blocks);
        return layout;
    }

    /// <summary>Makes durable what is in the directory itself, which is whole by now.</summary>
    public void Finish()
    {
        DurableFiles.SyncDirectory(Root);
        File.Delete(Path.Combine(Root, Unfinished));
        DurableFiles.SyncDirectory(Root);
    }
}
