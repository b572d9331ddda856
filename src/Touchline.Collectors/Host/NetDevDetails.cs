using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>All that the kernel counts of an interface, from /sys/class/net/NAME/statistics, each under the kernel's own name.</summary>
internal sealed class NetDevDetails
{
    private readonly FileReader _reader = new();
    private readonly SortedDictionary<string, List<(string[] Labels, double Value)>> _families = new(StringComparer.Ordinal);

    public void Write(IMetricWriter writer, IReadOnlyList<NetDevCollector.Device> devices)
    {
        _families.Clear();
        foreach (var device in devices.Where(device => Directory.Exists(device.StatisticsPath)))
        {
            Read(device);
        }
        foreach (var (name, samples) in _families)
        {
            writer.Family($"node_network_{name}_total", MetricType.Counter, $"Network device statistic {name}.");
            samples.ForEach(sample => writer.Sample(sample.Value, sample.Labels));
        }
    }

    private void Read(NetDevCollector.Device device)
    {
        foreach (var path in Directory.EnumerateFiles(device.StatisticsPath))
        {
            if (_reader.TryRead(path, out var text))
            {
                var name = NameOf(Path.GetFileName(path));
                if (!_families.TryGetValue(name, out var samples))
                {
                    _families.Add(name, samples = []);
                }
                samples.Add((device.Labels, ByteText.Number(text)));
            }
        }
    }

    /// <summary><c>rx_errors</c> is receive_errors, <c>tx_errors</c> transmit_errors.</summary>
    private static string NameOf(string file) => file.Split('_', 2) switch
    {
        ["rx", var rest] => "receive_" + rest,
        ["tx", var rest] => "transmit_" + rest,
        _ => file,
    };
}
