using System.Globalization;
using System.Runtime.InteropServices;

namespace Touchline.EndToEnd.Running;

/// <summary>Processes as the kernel knows them: signals, and who still runs.</summary>
internal static class PosixProcess
{
    public const int HangUp = 1;
    public const int Kill = 9;
    public const int Terminate = 15;

    public static void Signal(int processId, int signal) =>
        Assert.True(SendSignal(processId, signal) == 0, $"process {processId} cannot be sent signal {signal}: is it gone?");

    /// <summary>Whether a process runs; one that has ended and waits for its parent to notice does not.</summary>
    public static bool Runs(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')')..].Split(' ')[1] is not ("Z" or "X");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Everything that a process started, and that they started.</summary>
    public static IReadOnlyList<int> Descendants(int processId)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Parent(id) is { } parent)
            {
                parents[id] = parent;
            }
        }
        var found = new List<int> { processId };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(parents.Where(p => p.Value == found[i]).Select(p => p.Key));
        }
        return found[1..];
    }

    private static int? Parent(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return int.Parse(stat[stat.LastIndexOf(')')..].Split(' ')[2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int processId, int signal);
}
