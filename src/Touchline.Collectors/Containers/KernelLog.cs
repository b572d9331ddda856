using System.Runtime.InteropServices;
using System.Text;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Reads the kernel's log for processes that were killed because their group had no memory left. It alone tells of a container that
/// died of it, as the group and its counter go with the container. Not thread-safe.
/// </summary>
internal sealed partial class KernelLog : IDisposable
{
    /// <summary>The kernel gives a record a read, and none is longer.</summary>
    private const int RecordBytes = 8 * 1024;

    /// <summary>Records read at once. What is beyond is read the next time.</summary>
    private const int MaxRecords = 2_000;

    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int FromEnd = 2;

    /// <summary>EPIPE: the kernel wrote over the records that were to be read next.</summary>
    private const int BrokenPipe = 32;

    private readonly byte[] _record = new byte[RecordBytes];
    private int _file;

    private KernelLog(int file) => _file = file;

    /// <summary>Opens it behind its last record, so that what happened before is not told again; null where we may not.</summary>
    public static KernelLog? TryOpen(string path)
    {
        if (path.Length == 0)
        {
            return null;
        }
        var file = Open(path, ReadOnly | NonBlocking | CloseOnExec);
        if (file < 0)
        {
            return null;
        }
        _ = Seek(file, 0, FromEnd);
        return new KernelLog(file);
    }

    /// <summary>The groups that lost a process since the last call: the one that was full, and the one that the process was in.</summary>
    public unsafe IReadOnlyList<string> ReadKills()
    {
        List<string>? groups = null;
        for (var i = 0; i < MaxRecords && _file >= 0; i++)
        {
            nint length;
            fixed (byte* record = _record)
            {
                length = Read(_file, record, RecordBytes);
            }
            if (length > 0)
            {
                Find(Encoding.UTF8.GetString(_record, 0, (int)length), groups ??= []);
            }
            else if (length == 0 || Marshal.GetLastPInvokeError() != BrokenPipe)
            {
                break;
            }
        }
        return groups ?? [];
    }

    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = Close(_file);
            _file = -1;
        }
    }

    /// <summary>oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=…,oom_memcg=/docker/ID,task_memcg=/docker/ID,task=name,pid=1,uid=0</summary>
    private static void Find(string text, List<string> groups)
    {
        foreach (var line in text.Split('\n'))
        {
            if (!line.Contains("oom-kill:constraint=", StringComparison.Ordinal))
            {
                continue;
            }
            // Where the machine itself was full, no group is named, which is the root's doing.
            var full = Value(line, ",oom_memcg=") ?? "/";
            groups.Add(full);
            if (Value(line, ",task_memcg=") is { } victim && victim != full)
            {
                groups.Add(victim);
            }
        }
    }

    private static string? Value(string line, string key)
    {
        var start = line.IndexOf(key, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        start += key.Length;
        var end = line.IndexOf(',', start);
        return end < 0 ? line[start..] : line[start..end];
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(int file, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
