using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Pages;

/// <summary>Free blocks of memory by their size, from /proc/buddyinfo: how fragmented memory is.</summary>
internal sealed class BuddyInfoCollector(HostOptions options) : NodeCollector("buddyinfo")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "buddyinfo");

    public override void Collect(IMetricWriter writer)
    {
        writer.Family("node_buddyinfo_blocks", MetricType.Gauge, "Count of free blocks according to size.");
        foreach (var line in Encoding.UTF8.GetString(_reader.Read(_path)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["Node", var node, "zone", var zone, .. var blocks])
            {
                throw new FormatException($"not a line of buddyinfo: {line}");
            }
            for (var size = 0; size < blocks.Length; size++)
            {
                writer.Sample(
                    double.Parse(blocks[size], NumberStyles.None, CultureInfo.InvariantCulture),
                    "node", node.TrimEnd(','), "zone", zone, "size", size.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
