using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Each swap device or file by itself, from /proc/swaps.</summary>
internal sealed class SwapCollector(HostOptions options) : NodeCollector("swap")
{
    // Sizes in this file are in KiB.
    private const double BytesPerKibibyte = 1024;

    private readonly SysFiles _files = new();
    private readonly string _path = Path.Combine(options.ProcPath, "swaps");

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        // The first line is the heading; a file's name has its blanks written as \040.
        foreach (var line in _files.Lines(_path).Skip(1))
        {
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var device, var type, var size, var used, var priority, ..])
            {
                throw new FormatException($"{_path}: a device with its type, size, used and priority was expected, not '{line}'");
            }
            string[] labels = ["device", device, "swap_type", type];
            table.Gauge("node_swap_size_bytes", "Swap device size in bytes.", WholeNumber.Parse(size, _path) * BytesPerKibibyte, labels);
            table.Gauge("node_swap_used_bytes", "Swap device used in bytes.", WholeNumber.Parse(used, _path) * BytesPerKibibyte, labels);
            table.Gauge("node_swap_priority", "Swap device priority.", WholeNumber.Parse(priority, _path), labels);
        }
        table.WriteTo(writer);
    }
}
