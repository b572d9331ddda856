using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Pages;

/// <summary>Each swap device and file, from /proc/swaps.</summary>
internal sealed class SwapCollector(HostOptions options) : NodeCollector("swap")
{
    private const double BytesPerKilobyte = 1024;

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "swaps");
    private readonly List<(string Device, string Type, double Size, double Used, double Priority)> _swaps = [];

    public override void Collect(IMetricWriter writer)
    {
        _swaps.Clear();
        var lines = new ByteText(_reader.Read(_path));
        lines.TryLine(out _);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var device) && fields.TryField(out var type))
            {
                _swaps.Add((Encoding.UTF8.GetString(device), Encoding.UTF8.GetString(type), fields.Number(), fields.Number(), fields.Number()));
            }
        }
        writer.Family("node_swap_priority", MetricType.Gauge, "Swap device priority.");
        _swaps.ForEach(swap => writer.Sample(swap.Priority, "device", swap.Device, "swap_type", swap.Type));
        writer.Family("node_swap_size_bytes", MetricType.Gauge, "Swap device size in bytes.");
        _swaps.ForEach(swap => writer.Sample(swap.Size * BytesPerKilobyte, "device", swap.Device, "swap_type", swap.Type));
        writer.Family("node_swap_used_bytes", MetricType.Gauge, "Swap device used in bytes.");
        _swaps.ForEach(swap => writer.Sample(swap.Used * BytesPerKilobyte, "device", swap.Device, "swap_type", swap.Type));
    }
}
