using System.Globalization;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>PCI devices: what they are, how fast their links run, what power they draw, from /sys/bus/pci/devices.</summary>
internal sealed class PciDeviceCollector(HostOptions options) : NodeCollector("pcidevice")
{
    internal static readonly NodeFlag IdsFile = new(
        "collector.pcidevice.idsfile", NodeFlagKind.Text, "", "The list pci.ids that names are looked up in; by default the distribution's.");

    internal static readonly NodeFlag Names = new(
        "collector.pcidevice.names", NodeFlagKind.Switch, "false", "Whether devices' names are labels, not only their identifiers.");

    private const double TransfersPerGiga = 1e9;
    private const double Unknown = -1;

    private static readonly string[] PowerStates = ["D0", "D1", "D2", "D3hot", "D3cold", "unknown", "error"];

    /// <summary>Numbers that are given for every device, with what stands for one that it has not.</summary>
    private static readonly (string File, string Metric, string Help, double Absent)[] Numbers =
    [
        ("max_link_width", "node_pcidevice_max_link_width", "Value of maximum link's width (number of lanes)", Unknown),
        ("current_link_width", "node_pcidevice_current_link_width", "Value of current link's width (number of lanes)", Unknown),
        ("d3cold_allowed", "node_pcidevice_d3cold_allowed", "Whether the PCIe device supports D3cold power state (0/1).", 0),
        ("sriov_drivers_autoprobe", "node_pcidevice_sriov_drivers_autoprobe", "Whether SR-IOV drivers autoprobe is enabled for the device (0/1).", 0),
        ("sriov_numvfs", "node_pcidevice_sriov_numvfs", "Number of Virtual Functions (VFs) currently enabled for SR-IOV.", 0),
        ("sriov_totalvfs", "node_pcidevice_sriov_totalvfs", "Total number of Virtual Functions (VFs) supported by the device.", 0),
        ("sriov_vf_total_msix", "node_pcidevice_sriov_vf_total_msix", "Total number of MSI-X vectors for Virtual Functions.", 0),
    ];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "bus/pci/devices");
    private readonly Lazy<PciNames>? _names = options.Flags.IsOn(Names) ? new(() => PciNames.Read(options.Flags.Text(IdsFile))) : null;

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var folder in SysFiles.Names(_folder).Select(name => Path.Combine(_folder, name)))
        {
            WriteDevice(table, folder);
        }
        table.WriteTo(writer);
    }

    private void WriteDevice(FamilyTable table, string folder)
    {
        // The link leads through the bridges that the device hangs on: ../../../devices/pci0000:00/0000:00:02.5/0000:04:00.0
        var target = new FileInfo(folder).LinkTarget ?? throw new FormatException($"{folder} is no link");
        var address = PciAddress.Parse(Path.GetFileName(target));
        var bridge = Path.GetFileName(Path.GetDirectoryName(target)) ?? "";
        var parent = bridge.StartsWith("pci", StringComparison.Ordinal) ? PciAddress.None : PciAddress.Parse(bridge);
        string[] labels = ["segment", address.Segment, "bus", address.Bus, "device", address.Device, "function", address.Function];
        WriteInfo(table, folder, labels, parent);
        WriteSpeed(table, folder, "max_link_speed", "node_pcidevice_max_link_transfers_per_second", "Value of maximum link's transfers per second (T/s)", labels);
        WriteSpeed(
            table, folder, "current_link_speed", "node_pcidevice_current_link_transfers_per_second", "Value of current link's transfers per second (T/s)", labels);
        foreach (var (file, metric, help, absent) in Numbers)
        {
            table.Gauge(metric, help, TryNumber(folder, file, out var value) ? value : absent, labels);
        }
        if (TryNumber(folder, "numa_node", out var node) && node != Unknown)
        {
            table.Gauge("node_pcidevice_numa_node", "NUMA node number for the PCI device. -1 indicates unknown or not available.", node, labels);
        }
        if (_files.TextOrEmpty(Path.Combine(folder, "power_state")) is { Length: > 0 } current)
        {
            foreach (var state in PowerStates)
            {
                table.Gauge(
                    "node_pcidevice_power_state", "PCIe device power state, one of: D0, D1, D2, D3hot, D3cold, unknown or error.",
                    state == current ? 1 : 0, [.. labels, "state", state]);
            }
        }
    }

    private void WriteInfo(FamilyTable table, string folder, string[] address, PciAddress parent)
    {
        var type = Id(folder, "class", 6);
        var (vendor, device) = (Id(folder, "vendor", 4), Id(folder, "device", 4));
        var (subsystemVendor, subsystem) = (Id(folder, "subsystem_vendor", 4), Id(folder, "subsystem_device", 4));
        string[] names = _names?.Value is { } known
            ?
            [
                "vendor_name", known.Vendor(vendor), "device_name", known.Device(vendor, device), "subsystem_vendor_name", known.Vendor(subsystemVendor),
                "subsystem_device_name", known.Subsystem(vendor, device, subsystemVendor, subsystem), "class_name", known.Class(type),
            ]
            : [];
        table.Gauge(
            "node_pcidevice_info", "Non-numeric data from /sys/bus/pci/devices/<location>, value is always 1.", 1,
            [
                .. address, "parent_segment", parent.Segment, "parent_bus", parent.Bus, "parent_device", parent.Device, "parent_function", parent.Function,
                "class_id", $"0x{type}", "vendor_id", $"0x{vendor}", "device_id", $"0x{device}", "subsystem_vendor_id", $"0x{subsystemVendor}",
                "subsystem_device_id", $"0x{subsystem}", "revision", $"0x{Id(folder, "revision", 2)}", .. names,
            ]);
    }

    /// <summary>The speed of a link that the file gives as <c>8.0 GT/s PCIe</c>.</summary>
    private void WriteSpeed(FamilyTable table, string folder, string file, string metric, string help, string[] labels)
    {
        var isKnown = double.TryParse(
            _files.TextOrEmpty(Path.Combine(folder, file)).Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var giga);
        table.Gauge(metric, help, isKnown ? giga * TransfersPerGiga : Unknown, labels);
    }

    private bool TryNumber(string folder, string file, out double value)
    {
        value = 0;
        return _files.TryText(Path.Combine(folder, file), out var text) && WholeNumber.TryParse(text, out value);
    }

    /// <summary>An identifier in so many hexadecimal digits.</summary>
    private string Id(string folder, string file, int digits) =>
        ((ulong)_files.Whole(Path.Combine(folder, file))).ToString($"x{digits}", CultureInfo.InvariantCulture);
}
