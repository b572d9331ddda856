using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>What /sys/devices/system/cpu adds to processors' times. Which files there are is looked up again when processors come or go.</summary>
internal sealed class CpuTopology(string folder)
{
    private readonly List<(string Path, string Package, string Core)> _coreThrottles = [];
    private readonly List<(string Path, string Package)> _packageThrottles = [];
    private readonly List<(string Path, string Cpu)> _online = [];
    private readonly List<string> _isolated = [];
    private int _knownProcessors = -1;

    public void Collect(IMetricWriter writer, FileReader reader, int processors)
    {
        if (processors != _knownProcessors)
        {
            Discover(reader);
            _knownProcessors = processors;
        }
        if (_isolated.Count > 0)
        {
            writer.Family("node_cpu_isolated", MetricType.Gauge, "Whether each core is isolated, information from /sys/devices/system/cpu/isolated.");
            foreach (var cpu in _isolated)
            {
                writer.Sample(1, "cpu", cpu);
            }
        }
        if (_online.Count > 0)
        {
            writer.Family("node_cpu_online", MetricType.Gauge, "CPUs that are online and being scheduled.");
            foreach (var (path, cpu) in _online)
            {
                writer.Sample(reader.TryRead(path, out var content) && content.StartsWith("1"u8) ? 1 : 0, "cpu", cpu);
            }
        }
        WriteThrottles(writer, reader);
    }

    private void WriteThrottles(IMetricWriter writer, FileReader reader)
    {
        if (_packageThrottles.Count > 0)
        {
            writer.Family("node_cpu_package_throttles_total", MetricType.Counter, "Number of times this CPU package has been throttled.");
            foreach (var (path, package) in _packageThrottles)
            {
                if (reader.TryRead(path, out var content))
                {
                    writer.Sample(ByteText.Number(content), "package", package);
                }
            }
        }
        if (_coreThrottles.Count > 0)
        {
            writer.Family("node_cpu_core_throttles_total", MetricType.Counter, "Number of times this CPU core has been throttled.");
            foreach (var (path, package, core) in _coreThrottles)
            {
                if (reader.TryRead(path, out var content))
                {
                    writer.Sample(ByteText.Number(content), "package", package, "core", core);
                }
            }
        }
    }

    private void Discover(FileReader reader)
    {
        _coreThrottles.Clear();
        _packageThrottles.Clear();
        _online.Clear();
        _isolated.Clear();
        if (!Directory.Exists(folder))
        {
            return;
        }
        var seenCores = new HashSet<(string, string)>();
        var seenPackages = new HashSet<string>();
        // Processors whose first one has no "online" file cannot be unplugged, and node_exporter then says nothing of any.
        var canUnplug = File.Exists(Path.Combine(folder, "cpu0/online"));
        foreach (var cpu in Directory.GetDirectories(folder, "cpu*").Order(StringComparer.Ordinal))
        {
            var number = Path.GetFileName(cpu)[3..];
            if (number.Length == 0 || !number.All(char.IsAsciiDigit))
            {
                continue;
            }
            if (canUnplug)
            {
                _online.Add((Path.Combine(cpu, "online"), number));
            }
            if (!TryText(reader, Path.Combine(cpu, "topology/physical_package_id"), out var package)
                || !TryText(reader, Path.Combine(cpu, "topology/core_id"), out var core))
            {
                continue;
            }
            var coreFile = Path.Combine(cpu, "thermal_throttle/core_throttle_count");
            if (File.Exists(coreFile) && seenCores.Add((package, core)))
            {
                _coreThrottles.Add((coreFile, package, core));
            }
            var packageFile = Path.Combine(cpu, "thermal_throttle/package_throttle_count");
            if (File.Exists(packageFile) && seenPackages.Add(package))
            {
                _packageThrottles.Add((packageFile, package));
            }
        }
        if (TryText(reader, Path.Combine(folder, "isolated"), out var isolated))
        {
            _isolated.AddRange(Expand(isolated));
        }
    }

    /// <summary>Writes out the kernel's list notation: <c>1-3,5</c> is 1, 2, 3, 5.</summary>
    internal static IEnumerable<string> Expand(string list)
    {
        foreach (var part in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last))
            {
                continue;
            }
            for (var cpu = first; cpu <= last && cpu < 65536; cpu++)
            {
                yield return cpu.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    private static bool TryText(FileReader reader, string path, out string text)
    {
        var found = reader.TryRead(path, out var content);
        text = found ? Encoding.UTF8.GetString(content).Trim() : "";
        return found && text.Length > 0;
    }
}
