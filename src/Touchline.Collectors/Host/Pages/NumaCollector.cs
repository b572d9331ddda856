using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Pages;

/// <summary>Memory of each NUMA node by what it is used for, from /sys/devices/system/node.</summary>
internal sealed class NumaCollector(HostOptions options) : NodeCollector("meminfo_numa")
{
    private const double BytesPerKilobyte = 1024;

    private readonly FileReader _reader = new();
    private readonly string _folder = Path.Combine(options.SysPath, "devices/system/node");
    private readonly Dictionary<string, (MetricType Type, List<(string Node, double Value)> Samples)> _families = new(StringComparer.Ordinal);

    public override void Collect(IMetricWriter writer)
    {
        _families.Clear();
        foreach (var folder in Directory.GetDirectories(_folder, "node*").Order(StringComparer.Ordinal))
        {
            var node = Path.GetFileName(folder)["node".Length..];
            if (node.All(char.IsAsciiDigit))
            {
                ReadMemory(node, Text(folder, "meminfo"));
                ReadStatistics(node, Text(folder, "numastat"));
            }
        }
        foreach (var (name, (type, samples)) in _families)
        {
            writer.Family("node_memory_numa_" + name, type, $"Memory information field {name}.");
            samples.ForEach(sample => writer.Sample(sample.Value, "node", sample.Node));
        }
    }

    private string Text(string folder, string file) => Encoding.UTF8.GetString(_reader.Read(Path.Combine(folder, file)));

    /// <summary>Lines <c>Node 0 Active(anon): 707915 kB</c>.</summary>
    private void ReadMemory(string node, string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["Node", _, var field, var number, .. var unit])
            {
                throw new FormatException($"not a line of a node's meminfo: {line}");
            }
            var name = field.TrimEnd(':').Replace('(', '_').Replace(")", "", StringComparison.Ordinal);
            Add(name, MetricType.Gauge, node, Number(number) * (unit is ["kB"] ? BytesPerKilobyte : 1));
        }
    }

    /// <summary>Lines <c>numa_hit 193460335812</c>.</summary>
    private void ReadStatistics(string node, string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var field, var number])
            {
                throw new FormatException($"not a line of numastat: {line}");
            }
            Add(field + "_total", MetricType.Counter, node, Number(number));
        }
    }

    private static double Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private void Add(string name, MetricType type, string node, double value)
    {
        if (!_families.TryGetValue(name, out var family))
        {
            _families.Add(name, family = (type, []));
        }
        family.Samples.Add((node, value));
    }
}
