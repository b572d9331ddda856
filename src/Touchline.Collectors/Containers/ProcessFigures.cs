using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Containers;

/// <summary>
/// What is read of the processes in groups rather than of the groups: traffic, connections, limits, open files. What cannot be read of one group
/// costs the others nothing. Not thread-safe.
/// </summary>
internal sealed class ProcessFigures(ContainerOptions options)
{
    private const ContainerMetricKinds Networks =
        ContainerMetricKinds.Network | ContainerMetricKinds.Tcp | ContainerMetricKinds.Udp | ContainerMetricKinds.AdvancedTcp;

    private readonly NetworkReader _network = new(options.ProcPath);
    private readonly ConnectionReader _connections = new(options.ProcPath);
    private readonly AdvancedTcpReader _advancedTcp = new(options.ProcPath);
    private readonly UlimitReader _ulimits = new(options.ProcPath);
    private readonly ProcessWalk _walk = new(options.ProcPath);

    /// <param name="groups">Ordered by path.</param>
    /// <param name="pids">The processes of a group that count as its own.</param>
    public void Read(IReadOnlyList<Cgroup> groups, Func<Cgroup, IReadOnlyList<int>> pids)
    {
        var populated = groups.Where(group => pids(group).Count > 0).ToList();
        var containers = populated.Where(group => group.Name.IsContainer).ToList();
        if (IsOn(Networks))
        {
            ReadNetworks(groups.FirstOrDefault(group => group.IsRoot), containers.Select(group => (group, pids(group)[0])));
        }
        if (IsOn(ContainerMetricKinds.Process))
        {
            foreach (var container in containers)
            {
                Guarded(() => _ulimits.Read(container, pids(container)[0]));
            }
        }
        if (IsOn(ContainerMetricKinds.Process | ContainerMetricKinds.CpuLoad))
        {
            Guarded(() => _walk.Walk(populated, pids));
            foreach (var group in populated)
            {
                ProcessWalk.Write(group);
            }
        }
    }

    /// <summary>Whether any of some kinds is asked for.</summary>
    private bool IsOn(ContainerMetricKinds kinds) => (options.Metrics & kinds) != 0;

    private void ReadNetworks(Cgroup? root, IEnumerable<(Cgroup Group, int Pid)> containers)
    {
        foreach (var (group, process) in _network.Owners(root, containers))
        {
            GuardedIf(ContainerMetricKinds.Network, () => _network.Read(group, process));
            GuardedIf(ContainerMetricKinds.Tcp, () => _connections.ReadTcp(group, process));
            GuardedIf(ContainerMetricKinds.Udp, () => _connections.ReadUdp(group, process));
            GuardedIf(ContainerMetricKinds.AdvancedTcp, () => _advancedTcp.Read(group, process));
        }
    }

    private void GuardedIf(ContainerMetricKinds kind, Action read)
    {
        if (IsOn(kind))
        {
            Guarded(read);
        }
    }

    private static void Guarded(Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Processes end while they are looked at, and some may not be looked at.
        }
    }
}
