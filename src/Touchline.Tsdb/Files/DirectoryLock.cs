using System.Globalization;

namespace Touchline.Tsdb.Files;

/// <summary>
/// The right to write to a data directory: an advisory lock on a file in it that the system gives back when the process ends,
/// however it ends. The file holds the owner's process id, for the message to the next one who asks.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "lock";

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="TsdbOpenException">Another process owns the directory, or it cannot be written.</exception>
    public static DirectoryLock Acquire(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Flush();
            return new DirectoryLock(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(directory, e);
        }
        catch (IOException e) when (OwnerOf(path) is { } owner)
        {
            throw new TsdbOpenException(
                $"data directory {directory} is in use by another process{owner}; stop that one or choose another directory with --storage.tsdb.path", e);
        }
        catch (IOException e)
        {
            throw NotWritable(directory, e);
        }
    }

    public static TsdbOpenException NotWritable(string directory, Exception e) => new(
        $"data directory {directory} cannot be written: {e.Message} Check that it belongs to the user \"{Environment.UserName}\" that this process "
        + "runs as and that its file system is writable and not full, or choose another directory with --storage.tsdb.path", e);

    public void Dispose() => _file.Dispose();

    /// <summary>Who holds the lock, as words for a message; null where nobody does, so that something else is wrong.</summary>
    private static string? OwnerOf(string path)
    {
        try
        {
            // A shared lock is refused exactly while somebody holds the exclusive one.
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            var text = reader.ReadToEnd().Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (pid {pid})" : "";
        }
    }
}
