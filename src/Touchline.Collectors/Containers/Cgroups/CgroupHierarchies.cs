namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>Where one controller's groups are, and in which version's files.</summary>
internal sealed record ControllerHome(string Directory, bool IsUnified);

/// <summary>
/// Which controller is mounted where. With version 2 all of them share one tree, with version 1 each has its own, and in between
/// (hybrid) a tree of version 2 stands beside those of version 1 and may hold controllers of its own.
/// </summary>
internal sealed record CgroupHierarchies
{
    public ControllerHome? Cpu { get; private init; }

    /// <summary>CPU time used: a controller of its own in version 1.</summary>
    public ControllerHome? CpuAccounting { get; private init; }

    public ControllerHome? Memory { get; private init; }

    public ControllerHome? BlockIo { get; private init; }

    public ControllerHome? Pids { get; private init; }

    public ControllerHome? Hugetlb { get; private init; }

    /// <summary>The tree of version 2, which alone knows pressure; null where there is none.</summary>
    public string? Unified { get; private init; }

    /// <summary>Whether there is a tree to look at.</summary>
    public bool IsVisible => Walked().Count > 0;

    /// <summary>The trees that together have every group with figures.</summary>
    public IReadOnlyList<string> Walked() =>
    [
        .. new[] { Cpu, CpuAccounting, Memory, Pids }.OfType<ControllerHome>().Select(home => home.Directory).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Looks at what is mounted below a folder; all of it is null where that is not there or may not be read.</summary>
    public static CgroupHierarchies Find(string root)
    {
        root = root.Length > 1 ? root.TrimEnd('/') : root;
        if (File.Exists(root + "/cgroup.controllers"))
        {
            var all = new ControllerHome(root, IsUnified: true);
            return new CgroupHierarchies { Cpu = all, CpuAccounting = all, Memory = all, BlockIo = all, Pids = all, Hugetlb = all, Unified = root };
        }
        var mounts = Mounts(root);
        var unified = mounts.FirstOrDefault(mount => File.Exists(mount + "/cgroup.controllers"));
        var inUnified = unified is null ? [] : Controllers(unified);
        return new CgroupHierarchies
        {
            Cpu = Home("cpu", "cpu"),
            CpuAccounting = Home("cpuacct", "cpu"),
            Memory = Home("memory", "memory"),
            BlockIo = Home("blkio", "io"),
            Pids = Home("pids", "pids"),
            Hugetlb = Home("hugetlb", "hugetlb"),
            Unified = unified,
        };

        ControllerHome? Home(string first, string second)
        {
            var own = mounts.FirstOrDefault(mount => mount != unified && Path.GetFileName(mount).Split(',').Contains(first));
            // A folder that is kept for a controller of version 1, and nothing mounted there, has no groups.
            return own is not null && !(inUnified.Contains(second) && !File.Exists(own + "/cgroup.procs")) ? new ControllerHome(own, IsUnified: false)
                : inUnified.Contains(second) ? new ControllerHome(unified!, IsUnified: true)
                : null;
        }
    }

    private static List<string> Mounts(string root)
    {
        try
        {
            // "cpu" and "cpuacct" are often links to "cpu,cpuacct": the longer name first, so that both are seen to be one.
            return [.. Directory.EnumerateDirectories(root).OrderByDescending(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string[] Controllers(string unified)
    {
        try
        {
            return File.ReadAllText(unified + "/cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
