using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Touchline.EndToEnd.Running;

/// <summary>
/// A control group below this process's own whose programs get so much memory between them, after which the kernel kills one. Needs a group that
/// may be written to, as root has: cgroup v1, or v2 where the parent hands its memory controller down. A part of it is taken from the beginning, as by a
/// neighbour: a .NET program stops itself at three quarters of a limit that it has for itself.
/// </summary>
internal sealed class MemoryLimit : IDisposable
{
    private static int _made;

    private readonly string _group;
    private readonly bool _unified;
    private readonly string _neighbour;

    private MemoryLimit(string group, bool unified)
    {
        (_group, _unified) = (group, unified);
        _neighbour = Path.Combine("/dev/shm", Path.GetFileName(group));
    }

    /// <summary>How often the kernel killed a program of the group.</summary>
    public int Kills => (int)Read(_unified ? "memory.events" : "memory.oom_control", "oom_kill ");

    /// <summary>What stands before a program and its arguments to run it within the limit.</summary>
    public string[] Command => ["sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", Path.Combine(_group, "cgroup.procs")];

    /// <param name="room">Bytes that its programs can use.</param>
    /// <param name="limit">The group.</param>
    public static bool TryCreate(long room, [NotNullWhen(true)] out MemoryLimit? limit)
    {
        limit = null;
        foreach (var line in File.ReadLines("/proc/self/cgroup"))
        {
            var parts = line.Split(':', 3);
            var unified = parts[1].Length == 0;
            if (!unified && !parts[1].Split(',').Contains("memory"))
            {
                continue;
            }
            var group = $"{(unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory")}{parts[2].TrimEnd('/')}/touchline-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";
            if (TryCreate(group, unified, 2 * room))
            {
                limit = new MemoryLimit(group, unified);
                limit.Occupy(room);
                return true;
            }
        }
        return false;
    }

    /// <summary>The programs must have ended.</summary>
    public void Dispose()
    {
        File.Delete(_neighbour);
        // The kernel lets go of a program's group a moment after its end was told.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(_group);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }

    private static bool TryCreate(string group, bool unified, long bytes)
    {
        try
        {
            Directory.CreateDirectory(group);
            var file = Path.Combine(group, unified ? "memory.max" : "memory.limit_in_bytes");
            if (File.Exists(file))
            {
                File.WriteAllText(file, bytes.ToString(CultureInfo.InvariantCulture));
                return true;
            }
            Directory.Delete(group);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        return false;
    }

    /// <summary>Memory of a file that lies in memory counts for the group that wrote it.</summary>
    private void Occupy(long bytes)
    {
        string[] command = [.. Command, "head", "-c", bytes.ToString(CultureInfo.InvariantCulture), "/dev/zero"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        start.ArgumentList[1] = $"echo $$ > \"$0\" && exec \"$@\" > {_neighbour}";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_neighbour} cannot be filled with {bytes} bytes");
        }
    }

    private long Read(string file, string key) => File.ReadLines(Path.Combine(_group, file))
        .Where(line => line.StartsWith(key, StringComparison.Ordinal))
        .Select(line => long.Parse(line[key.Length..], CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
