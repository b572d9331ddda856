using Touchline.Tsdb.Files;

namespace Touchline.Tsdb;

/// <summary>Where things are in a data directory.</summary>
internal sealed record DataDirectory(string Root, string Wal, string Blocks, string Head)
{
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
        if (Directory.Exists(Path.Combine(root, "chunks_head")))
        {
            throw new TsdbOpenException(
                $"data directory {root} is one of Prometheus, whose files are of another format; choose an empty directory with --storage.tsdb.path, "
                + $"and bring its data there with: touchline tsdb import-prometheus {root} --storage.tsdb.path=DIR");
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
}
