using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Touchline.Tsdb.Files;

/// <summary>What .NET has no call for: making a created, renamed or deleted name survive a power loss.</summary>
internal static partial class DurableFiles
{
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC of Linux

    /// <summary>Forces a directory's entries to disk. Elsewhere than on Linux there is nothing to do that .NET lets us do.</summary>
    /// <exception cref="IOException">The directory cannot be opened or synced.</exception>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw Failure("open directory", path);
        }
        var synced = Fsync(descriptor);
        var failure = synced == 0 ? null : Failure("sync directory", path);
        _ = Close(descriptor);
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Renames a file or directory and makes the new name durable. Replaces a file, never a directory.</summary>
    public static void Rename(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Puts a file in the place of another, or where there is none: whatever happens, one of both is there as a whole.</summary>
    /// <exception cref="IOException">The disk does not take it; the file is as it was.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + ".tmp";
        try
        {
            using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        Rename(temporary, path);
    }

    /// <summary>Gives a file a second name on the same file system; both share its bytes. Copies it where the system has no such thing.</summary>
    public static void Link(string existing, string added)
    {
        if (!OperatingSystem.IsLinux())
        {
            File.Copy(existing, added);
        }
        else if (HardLink(existing, added) != 0)
        {
            throw Failure("link", added);
        }
    }

    private static IOException Failure(string what, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"cannot {what} {path}: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string existing, string added);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
