using System.Globalization;

namespace Touchline.Tsdb.Files;

/// <summary>
/// The right to write to a data directory: an advisory lock on a file in it that the system gives back when the process ends,
/// however it ends. A second file holds the owner's process id, for the message to the next one who asks; .NET locks even what it
/// only reads, so the number cannot be in the first.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const string FileName = "lock";
    private const string OwnerFileName = "lock.pid";

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="TsdbOpenException">Another process owns the directory, or it cannot be written.</exception>
    public static DirectoryLock Acquire(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var held = new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            NoteOwner(Path.Combine(directory, OwnerFileName));
            return held;
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(directory, e);
        }
        catch (IOException e) when (IsHeld(path))
        {
            throw new TsdbOpenException(
                $"data directory {directory} is in use by another process{OwnerIn(directory)}; "
                + "stop that one or choose another directory with --storage.tsdb.path", e);
        }
        catch (IOException e)
        {
            throw NotWritable(directory, e);
        }
    }

    public static TsdbOpenException NotWritable(string directory, Exception e) => new(
        $"data directory {directory} cannot be written: {e.Message} Check that it belongs to the user \"{Environment.UserName}\" that this process "
        + "runs as and that its file system is writable and not full, or choose another directory with --storage.tsdb.path", e);

    /// <summary>Whether a process owns the directory now.</summary>
    public static bool IsHeldBySomebody(string directory) => IsHeld(Path.Combine(directory, FileName));

    public void Dispose() => _file.Dispose();

    private static void NoteOwner(string path)
    {
        try
        {
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (IOException)
        {
            // The disk is full: the lock holds all the same. A number that may be wrong is worse than none.
            File.Delete(path);
        }
    }

    /// <summary>Whether somebody holds the lock: reading, which would share it, is refused exactly then.</summary>
    private static bool IsHeld(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string OwnerIn(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, OwnerFileName)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (pid {pid})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // The message is the same without the number.
        }
    }
}
