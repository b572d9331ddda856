using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>CPU time from cpuacct of version 1, which alone knows the time on each processor.</summary>
/// <param name="root">Where the controller is mounted.</param>
/// <param name="byProcessor">Whether the time is told for each processor, where the kernel does.</param>
/// <param name="files">Reads them.</param>
internal sealed class CpuTimeReaderV1(string root, bool byProcessor, CgroupFiles files) : ControllerReader
{
    /// <summary>The kernel's unit of cpuacct.stat, USER_HZ, is a hundredth of a second on every platform that .NET runs on.</summary>
    private static readonly KeyedFigure[] Ticks =
    [
        new("user"u8.ToArray(), ContainerMetric.CpuUserSeconds, Over: 100),
        new("system"u8.ToArray(), ContainerMetric.CpuSystemSeconds, Over: 100),
    ];

    private readonly List<string[]> _processors = [];

    public override void Read(Cgroup cgroup)
    {
        var directory = cgroup.In(root);
        CgroupFiles.Keyed(cgroup, files.Text(directory, "/cpuacct.stat"), Ticks);
        var fields = new ByteText(byProcessor ? files.Text(directory, "/cpuacct.usage_percpu") : default);
        var found = false;
        for (var processor = 0; fields.TryField(out var field); processor++)
        {
            // A processor that the group never ran on has no series, as cAdvisor has none.
            if (ByteText.Number(field) is > 0 and var nanoseconds)
            {
                cgroup.Add(LabelledMetric.CpuUsage, Processor(processor), nanoseconds / 1e9);
                found = true;
            }
        }
        if (!found && files.Number(directory, "/cpuacct.usage") is > 0 and var total)
        {
            cgroup.Add(LabelledMetric.CpuUsage, CpuReaderV2.Total, total / 1e9);
        }
    }

    private string[] Processor(int number)
    {
        while (_processors.Count <= number)
        {
            _processors.Add(["cpu", string.Create(CultureInfo.InvariantCulture, $"cpu{_processors.Count:00}")]);
        }
        return _processors[number];
    }
}

/// <summary>Limits of CPU time and how they throttle, from cpu of version 1.</summary>
internal sealed class CpuLimitReaderV1(string root, CgroupFiles files) : ControllerReader
{
    private static readonly KeyedFigure[] Throttling =
    [
        new("nr_periods"u8.ToArray(), ContainerMetric.CfsPeriods),
        new("nr_throttled"u8.ToArray(), ContainerMetric.CfsThrottledPeriods),
        new("throttled_time"u8.ToArray(), ContainerMetric.CfsThrottledSeconds, Over: 1e9),
        new("nr_bursts"u8.ToArray(), ContainerMetric.CfsBurstPeriods),
        new("burst_time"u8.ToArray(), ContainerMetric.CfsBurstSeconds, Over: 1e9),
    ];

    public override void Read(Cgroup cgroup)
    {
        var directory = cgroup.In(root);
        cgroup[ContainerMetric.SpecCpuShares] = files.Number(directory, "/cpu.shares");
        cgroup[ContainerMetric.SpecCpuPeriod] = files.Number(directory, "/cpu.cfs_period_us");
        // -1 is no limit.
        if (files.Number(directory, "/cpu.cfs_quota_us") is > 0 and var quota)
        {
            cgroup[ContainerMetric.SpecCpuQuota] = quota;
            CgroupFiles.Keyed(cgroup, files.Text(directory, "/cpu.stat"), Throttling);
        }
    }
}

/// <summary>CPU time and its limits from the files of version 2.</summary>
internal sealed class CpuReaderV2(string root, CgroupFiles files) : ControllerReader
{
    public static readonly string[] Total = ["cpu", "total"];

    private static readonly KeyedFigure[] Times =
    [
        new("user_usec"u8.ToArray(), ContainerMetric.CpuUserSeconds, 1e3, 1e9),
        new("system_usec"u8.ToArray(), ContainerMetric.CpuSystemSeconds, 1e3, 1e9),
    ];

    private static readonly KeyedFigure[] Throttling =
    [
        new("nr_periods"u8.ToArray(), ContainerMetric.CfsPeriods),
        new("nr_throttled"u8.ToArray(), ContainerMetric.CfsThrottledPeriods),
        new("throttled_usec"u8.ToArray(), ContainerMetric.CfsThrottledSeconds, 1e3, 1e9),
        new("nr_bursts"u8.ToArray(), ContainerMetric.CfsBurstPeriods),
        new("burst_usec"u8.ToArray(), ContainerMetric.CfsBurstSeconds, 1e3, 1e9),
    ];

    public override void Read(Cgroup cgroup)
    {
        var directory = cgroup.In(root);
        ReadLimits(cgroup, directory);
        var statistics = files.Text(directory, "/cpu.stat");
        CgroupFiles.Keyed(cgroup, statistics, Times);
        if (!double.IsNaN(cgroup[ContainerMetric.SpecCpuQuota]))
        {
            CgroupFiles.Keyed(cgroup, statistics, Throttling);
        }
        if (CgroupFiles.Keyed(statistics, "usage_usec"u8) is > 0 and var microseconds)
        {
            cgroup.Add(LabelledMetric.CpuUsage, Total, microseconds * 1e3 / 1e9);
        }
    }

    private void ReadLimits(Cgroup cgroup, string directory)
    {
        var max = new ByteText(files.Text(directory, "/cpu.max"));
        if (max.TryField(out var quota) && max.TryField(out var period))
        {
            cgroup[ContainerMetric.SpecCpuPeriod] = ByteText.Number(period);
            if (!quota.SequenceEqual("max"u8))
            {
                cgroup[ContainerMetric.SpecCpuQuota] = ByteText.Number(quota);
            }
        }
        // Weights of 1 to 10,000 stand for shares of 2 to 262,144.
        if (files.Number(directory, "/cpu.weight") is >= 1 and <= 10_000 and var weight)
        {
            cgroup[ContainerMetric.SpecCpuShares] = 2 + Math.Floor((weight - 1) * 262_142 / 9_999);
        }
    }
}
