using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Cgroups;

/// <summary>Time lost to waiting for CPU, memory and disks, which only groups of version 2 know. The root has the machine's.</summary>
internal sealed class PressureReader(string? unified, string procPath, CgroupFiles files) : ControllerReader
{
    private static readonly (string File, string Machine, ContainerMetric Waiting, ContainerMetric Stalled)[] Resources =
    [
        ("/cpu.pressure", "/pressure/cpu", ContainerMetric.PressureCpuWaiting, ContainerMetric.PressureCpuStalled),
        ("/memory.pressure", "/pressure/memory", ContainerMetric.PressureMemoryWaiting, ContainerMetric.PressureMemoryStalled),
        ("/io.pressure", "/pressure/io", ContainerMetric.PressureIoWaiting, ContainerMetric.PressureIoStalled),
    ];

    public override void Read(Cgroup cgroup)
    {
        foreach (var (file, machine, waiting, stalled) in Resources)
        {
            var text = cgroup.IsRoot ? files.Text(procPath, machine)
                : unified is null ? default
                : files.Text(cgroup.In(unified), file);
            var lines = new ByteText(text);
            while (lines.TryLine(out var line))
            {
                var total = line.LastIndexOf("total="u8);
                if (total >= 0)
                {
                    cgroup[line.StartsWith("some"u8) ? waiting : stalled] = ByteText.Number(line[(total + "total=".Length)..]) / 1e6;
                }
            }
        }
    }
}
