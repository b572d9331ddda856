using System.Globalization;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Counts open files, sockets and tasks of groups' processes. There is a file for each, so a collection looks at so many files and no
/// more; the groups that are left have their turn first at the next one, and keep what was found before. Not thread-safe.
/// </summary>
internal sealed class ProcessWalk(string procPath)
{
    /// <summary>Files looked at in one collection. Each takes 2 to 10 µs.</summary>
    public const int Budget = 4_000;

    private static readonly EnumerationOptions Listing = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
    private static readonly string[] Sleeping = ["state", "sleeping"];
    private static readonly string[] Running = ["state", "running"];
    private static readonly string[] Stopped = ["state", "stopped"];
    private static readonly string[] Uninterruptible = ["state", "uninterruptible"];

    private readonly FileReader _reader = new();
    private string _next = "";
    private int _left;

    /// <param name="groups">Ordered by path.</param>
    /// <param name="pids">The processes of a group that count as its own.</param>
    public void Walk(IReadOnlyList<Cgroup> groups, Func<Cgroup, IReadOnlyList<int>> pids)
    {
        _left = Budget;
        var start = 0;
        while (start < groups.Count && string.CompareOrdinal(groups[start].Path, _next) < 0)
        {
            start++;
        }
        for (var i = 0; i < groups.Count; i++)
        {
            var group = groups[(start + i) % groups.Count];
            if (_left <= 0)
            {
                _next = group.Path;
                return;
            }
            group.Details = Look(pids(group));
        }
        _next = "";
    }

    /// <summary>Puts what is known of a group's processes among its figures.</summary>
    public static void Write(Cgroup group)
    {
        if (group.Details is not { } details)
        {
            return;
        }
        if (details.Descriptors is { } descriptors)
        {
            group[ContainerMetric.FileDescriptors] = descriptors;
            group[ContainerMetric.Sockets] = details.Sockets ?? 0;
        }
        if (details.Tasks is { } tasks)
        {
            group.Add(LabelledMetric.TasksState, Sleeping, tasks.Sleeping);
            group.Add(LabelledMetric.TasksState, Running, tasks.Running);
            group.Add(LabelledMetric.TasksState, Stopped, tasks.Stopped);
            group.Add(LabelledMetric.TasksState, Uninterruptible, tasks.Uninterruptible);
        }
    }

    /// <summary>Null where one group alone has more files than a collection may look at: half a count is no count.</summary>
    private ProcessDetails? Look(IReadOnlyList<int> pids)
    {
        var (descriptors, sockets, opened) = (0, 0, 0);
        Span<int> states = stackalloc int[4];
        var before = _left;
        foreach (var pid in pids)
        {
            var process = procPath + "/" + pid.ToString(CultureInfo.InvariantCulture);
            try
            {
                if (!TryCountTasks(process, states, before))
                {
                    return null;
                }
                foreach (var descriptor in new DirectoryInfo(process + "/fd").EnumerateFileSystemInfos("*", Listing))
                {
                    _left--;
                    descriptors++;
                    sockets += descriptor.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true ? 1 : 0;
                    if (before - _left > Budget)
                    {
                        return null;
                    }
                }
                opened++;
            }
            catch (UnauthorizedAccessException)
            {
                // Somebody else's process, and we are not root: a count without it would be wrong.
                opened = int.MinValue;
            }
            catch (IOException)
            {
                // The process has ended.
                _left--;
            }
        }
        var tasks = states[0] + states[1] + states[2] + states[3] > 0 ? new TaskStates(states[0], states[1], states[2], states[3]) : null;
        return opened > 0 ? new ProcessDetails(descriptors, sockets, tasks) : new ProcessDetails(null, null, tasks);
    }

    private bool TryCountTasks(string process, Span<int> states, int before)
    {
        foreach (var task in Directory.EnumerateDirectories(process + "/task", "*", Listing))
        {
            _left--;
            Count(task + "/stat", states);
            if (before - _left > Budget)
            {
                return false;
            }
        }
        return true;
    }

    private void Count(string path, Span<int> states)
    {
        if (!_reader.TryRead(path, out var text))
        {
            return;
        }
        // proc(5): the state follows the name in parentheses, which may itself hold some.
        var name = text.LastIndexOf((byte)')');
        if (name < 0 || name + 2 >= text.Length)
        {
            return;
        }
        switch ((char)text[name + 2])
        {
            case 'S' or 'I':
                states[0]++;
                break;
            case 'R':
                states[1]++;
                break;
            case 'T' or 't':
                states[2]++;
                break;
            case 'D':
                states[3]++;
                break;
        }
    }
}
