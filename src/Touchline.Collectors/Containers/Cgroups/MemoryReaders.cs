using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>What both versions of the memory controller have in common.</summary>
internal abstract class MemoryReader(CgroupFiles files) : ControllerReader
{
    /// <summary>Limits beyond this are none: version 1 writes the largest number that is a multiple of a page.</summary>
    private const double Unlimited = 4_611_686_018_427_387_904;

    private static readonly string[] OwnFaults = ["failure_type", "pgfault", "scope", "container"];
    private static readonly string[] OwnMajorFaults = ["failure_type", "pgmajfault", "scope", "container"];
    private static readonly string[] AllFaults = ["failure_type", "pgfault", "scope", "hierarchy"];
    private static readonly string[] AllMajorFaults = ["failure_type", "pgmajfault", "scope", "hierarchy"];

    protected CgroupFiles Files { get; } = files;

    /// <summary>How many processes of the group the kernel killed for memory, as the group's own files count; NaN where they do not.</summary>
    public double OomKills { get; protected set; }

    /// <summary>A limit as cAdvisor gives it: 0 where there is none.</summary>
    protected double Limit(string directory, string file) =>
        Files.Number(directory, file) is var limit && !double.IsNaN(limit) && limit <= Unlimited ? limit : 0;

    protected static void SetWorkingSet(Cgroup cgroup)
    {
        var usage = cgroup[ContainerMetric.MemoryUsage];
        var inactive = cgroup[ContainerMetric.MemoryInactiveFile];
        cgroup[ContainerMetric.MemoryWorkingSet] = double.IsNaN(inactive) ? usage : Math.Max(0, usage - inactive);
    }

    /// <summary>Adds the page faults of a group and of all below it, by the keys that they have in memory.stat.</summary>
    protected static void AddFaults(Cgroup cgroup, ReadOnlySpan<byte> statistics, ReadOnlySpan<byte> allFaults, ReadOnlySpan<byte> allMajorFaults)
    {
        var lines = new ByteText(statistics);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var key))
            {
                continue;
            }
            if (key.SequenceEqual("pgfault"u8))
            {
                cgroup.Add(LabelledMetric.MemoryFailures, OwnFaults, ByteText.Number(fields.Rest));
            }
            else if (key.SequenceEqual("pgmajfault"u8))
            {
                cgroup.Add(LabelledMetric.MemoryFailures, OwnMajorFaults, ByteText.Number(fields.Rest));
            }
            // In version 2 the same line says both.
            if (key.SequenceEqual(allFaults))
            {
                cgroup.Add(LabelledMetric.MemoryFailures, AllFaults, ByteText.Number(fields.Rest));
            }
            else if (key.SequenceEqual(allMajorFaults))
            {
                cgroup.Add(LabelledMetric.MemoryFailures, AllMajorFaults, ByteText.Number(fields.Rest));
            }
        }
    }
}

/// <summary>Memory from the files of version 1. What is counted with the groups below has a key of its own there.</summary>
internal sealed class MemoryReaderV1(string root, CgroupFiles files) : MemoryReader(files)
{
    private static readonly KeyedFigure[] Statistics =
    [
        new("total_cache"u8.ToArray(), ContainerMetric.MemoryCache),
        new("total_rss"u8.ToArray(), ContainerMetric.MemoryRss),
        new("total_rss_huge"u8.ToArray(), ContainerMetric.MemoryAnonHugepages),
        new("total_swap"u8.ToArray(), ContainerMetric.MemorySwap),
        new("total_mapped_file"u8.ToArray(), ContainerMetric.MemoryMappedFile),
        new("total_dirty"u8.ToArray(), ContainerMetric.MemoryFileDirty),
        new("total_writeback"u8.ToArray(), ContainerMetric.MemoryFileWriteback),
        new("total_workingset_refault_anon"u8.ToArray(), ContainerMetric.MemoryRefaultAnon),
        new("total_workingset_refault_file"u8.ToArray(), ContainerMetric.MemoryRefaultFile),
        new("total_active_anon"u8.ToArray(), ContainerMetric.MemoryActiveAnon),
        new("total_active_file"u8.ToArray(), ContainerMetric.MemoryActiveFile),
        new("total_inactive_anon"u8.ToArray(), ContainerMetric.MemoryInactiveAnon),
        new("total_inactive_file"u8.ToArray(), ContainerMetric.MemoryInactiveFile),
    ];

    public override void Read(Cgroup cgroup)
    {
        OomKills = double.NaN;
        var directory = cgroup.In(root);
        cgroup[ContainerMetric.MemoryUsage] = Files.Number(directory, "/memory.usage_in_bytes");
        if (double.IsNaN(cgroup[ContainerMetric.MemoryUsage]))
        {
            // The group has no memory controller of its own.
            return;
        }
        cgroup[ContainerMetric.MemoryMaxUsage] = Files.Number(directory, "/memory.max_usage_in_bytes");
        cgroup[ContainerMetric.MemoryFailcnt] = Files.Number(directory, "/memory.failcnt");
        cgroup[ContainerMetric.MemoryKernel] = Files.Number(directory, "/memory.kmem.usage_in_bytes");
        // The kernel adds up the groups below each time that this is read.
        var statistics = Files.Text(directory, "/memory.stat");
        CgroupFiles.Keyed(cgroup, statistics, Statistics);
        AddFaults(cgroup, statistics, "total_pgfault"u8, "total_pgmajfault"u8);
        SetWorkingSet(cgroup);
        cgroup[ContainerMetric.SpecMemoryLimit] = Limit(directory, "/memory.limit_in_bytes");
        cgroup[ContainerMetric.SpecMemorySwapLimit] = Limit(directory, "/memory.memsw.limit_in_bytes");
        cgroup[ContainerMetric.SpecMemoryReservation] = Limit(directory, "/memory.soft_limit_in_bytes");
        OomKills = CgroupFiles.Keyed(Files.Text(directory, "/memory.oom_control"), "oom_kill"u8);
    }
}

/// <summary>Memory from the files of version 2. The root has no usage of its own there, which is then the machine's.</summary>
internal sealed class MemoryReaderV2(string root, string procPath, CgroupFiles files) : MemoryReader(files)
{
    private static readonly KeyedFigure[] Statistics =
    [
        new("file"u8.ToArray(), ContainerMetric.MemoryCache),
        new("anon"u8.ToArray(), ContainerMetric.MemoryRss),
        new("kernel"u8.ToArray(), ContainerMetric.MemoryKernel),
        new("anon_thp"u8.ToArray(), ContainerMetric.MemoryAnonHugepages),
        new("file_mapped"u8.ToArray(), ContainerMetric.MemoryMappedFile),
        new("file_dirty"u8.ToArray(), ContainerMetric.MemoryFileDirty),
        new("file_writeback"u8.ToArray(), ContainerMetric.MemoryFileWriteback),
        new("pgscan"u8.ToArray(), ContainerMetric.MemoryPagesScanned),
        new("pgsteal"u8.ToArray(), ContainerMetric.MemoryPagesStolen),
        new("workingset_refault_anon"u8.ToArray(), ContainerMetric.MemoryRefaultAnon),
        new("workingset_refault_file"u8.ToArray(), ContainerMetric.MemoryRefaultFile),
        new("active_anon"u8.ToArray(), ContainerMetric.MemoryActiveAnon),
        new("active_file"u8.ToArray(), ContainerMetric.MemoryActiveFile),
        new("inactive_anon"u8.ToArray(), ContainerMetric.MemoryInactiveAnon),
        new("inactive_file"u8.ToArray(), ContainerMetric.MemoryInactiveFile),
    ];

    private static readonly KeyedFigure[] Events =
    [
        new("high"u8.ToArray(), ContainerMetric.MemoryEventsHigh),
        new("max"u8.ToArray(), ContainerMetric.MemoryEventsMax),
    ];

    public override void Read(Cgroup cgroup)
    {
        OomKills = double.NaN;
        var directory = cgroup.In(root);
        cgroup[ContainerMetric.MemoryUsage] = Files.Number(directory, "/memory.current");
        cgroup[ContainerMetric.MemorySwap] = Files.Number(directory, "/memory.swap.current");
        if (cgroup.IsRoot && double.IsNaN(cgroup[ContainerMetric.MemoryUsage]))
        {
            cgroup[ContainerMetric.MemoryUsage] = Machine("MemTotal:"u8) - Machine("MemFree:"u8);
            cgroup[ContainerMetric.MemorySwap] = Machine("SwapTotal:"u8) - Machine("SwapFree:"u8);
        }
        if (double.IsNaN(cgroup[ContainerMetric.MemoryUsage]))
        {
            return;
        }
        cgroup[ContainerMetric.MemoryMaxUsage] = Files.Number(directory, "/memory.peak");
        var statistics = Files.Text(directory, "/memory.stat");
        CgroupFiles.Keyed(cgroup, statistics, Statistics);
        AddFaults(cgroup, statistics, "pgfault"u8, "pgmajfault"u8);
        SetWorkingSet(cgroup);
        var events = Files.Text(directory, "/memory.events");
        CgroupFiles.Keyed(cgroup, events, Events);
        cgroup[ContainerMetric.MemoryFailcnt] = cgroup[ContainerMetric.MemoryEventsMax];
        OomKills = CgroupFiles.Keyed(events, "oom_kill"u8);
        if (!double.IsNaN(Files.Number(directory, "/memory.max")))
        {
            cgroup[ContainerMetric.SpecMemoryLimit] = Limit(directory, "/memory.max");
            cgroup[ContainerMetric.SpecMemorySwapLimit] = Limit(directory, "/memory.swap.max");
            cgroup[ContainerMetric.SpecMemoryReservation] = Limit(directory, "/memory.min");
        }
    }

    private double Machine(ReadOnlySpan<byte> key) => CgroupFiles.Keyed(Files.Text(procPath, "/meminfo"), key) * 1024;
}
