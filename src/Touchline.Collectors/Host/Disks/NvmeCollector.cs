using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Controllers and namespaces of NVMe disks, from /sys/class/nvme.</summary>
internal sealed class NvmeCollector(HostOptions options) : NodeCollector("nvme")
{
    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/nvme");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var device in SysFiles.Names(_folder))
        {
            var folder = Path.Combine(_folder, device);
            table.Gauge(
                "node_nvme_info", "Non-numeric data from /sys/class/nvme/<device>, value is always 1.", 1,
                "device", device, "firmware_revision", Text(folder, "firmware_rev"), "model", Text(folder, "model"), "serial", Text(folder, "serial"),
                "state", Text(folder, "state"), "cntlid", Text(folder, "cntlid"));
            foreach (var path in SysFiles.Find(folder, "nvme"))
            {
                if (TryNamespace(Path.GetFileName(path), out var id))
                {
                    WriteNamespace(table, device, id, path);
                }
            }
        }
        table.WriteTo(writer);
    }

    private void WriteNamespace(FamilyTable table, string device, string id, string folder)
    {
        var block = Number(folder, "queue/logical_block_size");
        var size = Number(folder, "size") * block;
        string[] labels = ["device", device, "nsid", id];
        table.Gauge(
            "node_nvme_namespace_capacity_bytes", "Capacity of the NVMe namespace in bytes. Computed as namespace_size * namespace_logical_block_size",
            size, labels);
        table.Gauge(
            "node_nvme_namespace_info", "Information about NVMe namespaces. Value is always 1", 1,
            [.. labels, "ana_state", _files.TryText(Path.Combine(folder, "ana_state"), out var state) ? state : "unknown"]);
        table.Gauge(
            "node_nvme_namespace_logical_block_size_bytes",
            "Logical block size of the NVMe namespace in bytes. Usually 4Kb. Available in /sys/class/nvme/<device>/<namespace>/queue/logical_block_size",
            block, labels);
        table.Gauge(
            "node_nvme_namespace_size_bytes", "Size of the NVMe namespace in bytes. Available in /sys/class/nvme/<device>/<namespace>/size", size, labels);
        table.Gauge(
            "node_nvme_namespace_used_bytes", "Used space of the NVMe namespace in bytes. Available in /sys/class/nvme/<device>/<namespace>/nuse",
            Number(folder, "nuse") * block, labels);
    }

    /// <summary>A namespace is named after its controller: <c>nvme0n1</c>. Paths of multipath (<c>nvme0c0n1</c>) are none.</summary>
    private static bool TryNamespace(string name, out string id)
    {
        var separator = name.LastIndexOf('n');
        id = separator > 0 ? name[(separator + 1)..] : "";
        return separator > "nvme".Length && IsNumber(id) && IsNumber(name["nvme".Length..separator]);
    }

    private static bool IsNumber(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private string Text(string folder, string file) => _files.Text(Path.Combine(folder, file));

    private double Number(string folder, string file) => WholeNumber.TryParse(Text(folder, file), out var value) ? value : 0;
}
