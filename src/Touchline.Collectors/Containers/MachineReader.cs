using System.Runtime.InteropServices;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Model;

namespace Touchline.Collectors.Containers;

/// <summary>What the machine has, and which versions are in use. What does not change while a machine runs is read once. Not thread-safe.</summary>
internal sealed class MachineReader(ContainerOptions options, CgroupFiles files)
{
    private string[]? _labels;
    private (double Cores, double PhysicalCores, double Sockets) _processors;
    private string _system = "";

    public void Write(IMetricWriter writer, string dockerVersion)
    {
        if (_labels is null)
        {
            _labels = Labels();
            _processors = Processors();
            _system = SystemName();
        }
        writer.Family("cadvisor_version_info", MetricType.Gauge, "A metric with a constant '1' value labeled by kernel version, OS version, docker version, cadvisor version & cadvisor revision.");
        writer.Sample(1, WithoutEmpty("kernelVersion", Text(options.ProcPath, "/sys/kernel/osrelease"), "osVersion", _system, "dockerVersion", dockerVersion));
        WriteOne(writer, "machine_cpu_cores", "Number of logical CPU cores.", _processors.Cores);
        WriteOne(writer, "machine_cpu_physical_cores", "Number of physical CPU cores.", _processors.PhysicalCores);
        WriteOne(writer, "machine_cpu_sockets", "Number of CPU sockets.", _processors.Sockets);
        WriteOne(writer, "machine_memory_bytes", "Amount of memory installed on the machine.", Memory("MemTotal:"u8));
        WriteOne(writer, "machine_swap_bytes", "Amount of swap memory available on the machine.", Memory("SwapTotal:"u8));
    }

    /// <summary>When the machine was started, in seconds since the epoch; 0 where that is not known.</summary>
    public double BootSeconds()
    {
        var seconds = CgroupFiles.Keyed(files.Text(options.ProcPath, "/stat"), "btime"u8);
        return double.IsNaN(seconds) ? 0 : seconds;
    }

    private void WriteOne(IMetricWriter writer, string name, string help, double value)
    {
        if (!double.IsNaN(value))
        {
            writer.Family(name, MetricType.Gauge, help);
            writer.Sample(value, _labels!);
        }
    }

    private string[] Labels() => WithoutEmpty(
        "machine_id", Text(options.RootFsPath, "/etc/machine-id"),
        "system_uuid", Text(options.SysPath, "/class/dmi/id/product_uuid"),
        "boot_id", Text(options.ProcPath, "/sys/kernel/random/boot_id"));

    private double Memory(ReadOnlySpan<byte> key) => CgroupFiles.Keyed(files.Text(options.ProcPath, "/meminfo"), key) * 1024;

    private (double Cores, double PhysicalCores, double Sockets) Processors()
    {
        var cores = new HashSet<(string, string)>();
        var sockets = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        var folder = options.SysPath + "/devices/system/cpu";
        if (Directory.Exists(folder))
        {
            foreach (var cpu in Directory.EnumerateDirectories(folder, "cpu*").Where(path => char.IsAsciiDigit(path[^1])))
            {
                count++;
                var socket = Text(cpu, "/topology/physical_package_id");
                sockets.Add(socket);
                cores.Add((socket, Text(cpu, "/topology/core_id")));
            }
        }
        return count > 0 ? (count, cores.Count, sockets.Count) : (double.NaN, double.NaN, double.NaN);
    }

    private string SystemName()
    {
        foreach (var line in Text(options.RootFsPath, "/etc/os-release").Split('\n'))
        {
            if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            {
                return line["PRETTY_NAME=".Length..].Trim('"');
            }
        }
        return RuntimeInformation.OSDescription;
    }

    private string Text(string root, string file) => System.Text.Encoding.UTF8.GetString(files.Text(root.TrimEnd('/'), file)).Trim();

    private static string[] WithoutEmpty(params string[] labels)
    {
        var kept = new List<string>();
        for (var i = 0; i < labels.Length; i += 2)
        {
            if (labels[i + 1].Length > 0)
            {
                kept.AddRange(labels.AsSpan(i, 2));
            }
        }
        return [.. kept];
    }
}
