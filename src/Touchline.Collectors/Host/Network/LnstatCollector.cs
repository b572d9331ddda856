using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>The network stack's caches, from the tables in /proc/net/stat: a column for each figure, a line for each processor.</summary>
internal sealed class LnstatCollector(HostOptions options) : NodeCollector("lnstat")
{
    private readonly FileReader _reader = new();
    private readonly string _folder = Path.Combine(options.ProcPath, "net/stat");
    private readonly SortedDictionary<string, List<(string Subsystem, string Cpu, double Value)>> _families = new(StringComparer.Ordinal);

    public override void Collect(IMetricWriter writer)
    {
        _families.Clear();
        foreach (var path in Directory.GetFiles(_folder).Order(StringComparer.Ordinal))
        {
            Read(Path.GetFileName(path), Encoding.UTF8.GetString(_reader.Read(path)));
        }
        foreach (var (name, samples) in _families)
        {
            writer.Family($"node_lnstat_{name}_total", MetricType.Counter, "linux network cache stats");
            samples.ForEach(sample => writer.Sample(sample.Value, "subsystem", sample.Subsystem, "cpu", sample.Cpu));
        }
    }

    private void Read(string subsystem, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = Fields(lines.FirstOrDefault(""));
        for (var line = 1; line < lines.Length; line++)
        {
            var values = Fields(lines[line]);
            var cpu = (line - 1).ToString(CultureInfo.InvariantCulture);
            for (var i = 0; i < names.Length && i < values.Length; i++)
            {
                if (!_families.TryGetValue(names[i], out var samples))
                {
                    _families.Add(names[i], samples = []);
                }
                samples.Add((subsystem, cpu, ulong.Parse(values[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }
    }

    private static string[] Fields(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
