using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>The processes and threads of a group, and the most of them that it may have.</summary>
internal sealed class ProcessReader(CgroupHierarchies hierarchies, CgroupFiles files) : ControllerReader
{
    /// <summary>Nobody walks through the files of more processes of one group than this.</summary>
    private const int MaxPids = 1_000;

    private readonly string[] _homes = [.. new[] { hierarchies.Cpu, hierarchies.Memory, hierarchies.Pids }.OfType<ControllerHome>().Select(home => home.Directory).Distinct()];

    public override void Read(Cgroup cgroup)
    {
        ReadPids(cgroup);
        if (hierarchies.Pids is not { } pids)
        {
            return;
        }
        var directory = cgroup.In(pids.Directory);
        cgroup[ContainerMetric.Threads] = files.Number(directory, "/pids.current");
        if (files.Number(directory, "/pids.max") is var most && !double.IsNaN(most))
        {
            cgroup[ContainerMetric.ThreadsMax] = double.IsInfinity(most) ? 0 : most;
        }
    }

    private void ReadPids(Cgroup cgroup)
    {
        foreach (var home in _homes)
        {
            // In version 1 a group may be in some hierarchies only.
            if (!File.Exists(cgroup.In(home) + "/cgroup.procs"))
            {
                continue;
            }
            var lines = new ByteText(files.Text(cgroup.In(home), "/cgroup.procs"));
            while (lines.TryLine(out var line))
            {
                // Processes of a namespace that is not ours are called 0.
                if (ByteText.Number(line) is > 0 and <= int.MaxValue and var pid && cgroup.OwnPids.Count < MaxPids)
                {
                    cgroup.OwnPids.Add((int)pid);
                }
                cgroup.OwnProcesses++;
            }
            return;
        }
    }
}
