using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>A block device: its figures of this collection, and its properties, read again only when udev's file changed.</summary>
internal sealed class BlockDevice(string name, HostOptions options, int columns)
{
    private readonly FileReader _reader = new();
    private readonly string _queuePath = Path.Combine(options.SysPath, "block", name.Replace('/', '!'), "queue/rotational");
    private Dictionary<string, string> _properties = [];
    private string _udevPath = "";
    private DateTime _udevWritten;

    public string Name { get; } = name;

    public double[] Values { get; } = new double[columns];

    public int ColumnCount { get; set; }

    /// <summary>Labels of node_disk_info.</summary>
    public string[] InfoLabels { get; private set; } = [];

    public string Property(string key) => _properties.GetValueOrDefault(key, "");

    public void Refresh(ReadOnlySpan<byte> majorText, ReadOnlySpan<byte> minorText)
    {
        if (_udevPath.Length == 0 || !Ascii.Equals(majorText, InfoLabels[3]) || !Ascii.Equals(minorText, InfoLabels[5]))
        {
            _udevPath = Path.Combine(options.UdevDataPath, $"b{Encoding.ASCII.GetString(majorText)}:{Encoding.ASCII.GetString(minorText)}");
            _udevWritten = DateTime.MinValue;
        }
        // A file that is not there has a time too: that of 1601.
        var written = File.GetLastWriteTimeUtc(_udevPath);
        if (written == _udevWritten)
        {
            return;
        }
        _udevWritten = written;
        _properties = ReadProperties();
        var rotational = _reader.TryRead(_queuePath, out var queue) && queue.StartsWith("1"u8) ? "1" : "0";
        InfoLabels =
        [
            "device", Name, "major", Encoding.ASCII.GetString(majorText), "minor", Encoding.ASCII.GetString(minorText),
            "path", Property("ID_PATH"), "wwn", Property("ID_WWN"), "model", Property("ID_MODEL"), "serial", Serial(),
            "revision", Property("ID_REVISION"), "rotational", rotational,
        ];
    }

    /// <summary>What is printed on the disk's label, as far as udev knows it; virtio devices have ID_SERIAL only.</summary>
    private string Serial()
    {
        foreach (var key in (ReadOnlySpan<string>)["SCSI_IDENT_SERIAL", "ID_SERIAL_SHORT", "ID_SERIAL"])
        {
            if (Property(key) is { Length: > 0 } serial)
            {
                return serial;
            }
        }
        return "";
    }

    private Dictionary<string, string> ReadProperties()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!_reader.TryRead(_udevPath, out var content))
        {
            return properties;
        }
        // Lines "E:NAME=value" among others.
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith("E:", StringComparison.Ordinal) && equals > 2)
            {
                properties[line[2..equals]] = line[(equals + 1)..];
            }
        }
        return properties;
    }
}

/// <summary>Families that say what block devices are.</summary>
internal static class BlockDeviceFacts
{
    private static readonly (string Property, string Metric, string Help)[] Ata =
    [
        ("ID_ATA_ROTATION_RATE_RPM", "node_disk_ata_rotation_rate_rpm", "ATA disk rotation rate in RPMs (0 for SSDs)."),
        ("ID_ATA_WRITE_CACHE", "node_disk_ata_write_cache", "ATA disk has a write cache."),
        ("ID_ATA_WRITE_CACHE_ENABLED", "node_disk_ata_write_cache_enabled", "ATA disk has its write cache enabled."),
    ];

    public static void Write(IMetricWriter writer, List<BlockDevice> devices)
    {
        foreach (var (property, metric, help) in Ata)
        {
            writer.Family(metric, MetricType.Gauge, help);
            foreach (var device in devices)
            {
                if (device.Property("ID_ATA").Length > 0
                    && double.TryParse(device.Property(property), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                {
                    writer.Sample(value, "device", device.Name);
                }
            }
        }
        writer.Family("node_disk_device_mapper_info", MetricType.Gauge, "Info about disk device mapper.");
        foreach (var device in devices)
        {
            if (device.Property("DM_NAME") is { Length: > 0 } name)
            {
                writer.Sample(1, "device", device.Name, "name", name, "uuid", device.Property("DM_UUID"), "vg_name", device.Property("DM_VG_NAME"),
                    "lv_name", device.Property("DM_LV_NAME"), "lv_layer", device.Property("DM_LV_LAYER"));
            }
        }
        writer.Family("node_disk_filesystem_info", MetricType.Gauge, "Info about disk filesystem.");
        foreach (var device in devices)
        {
            if (device.Property("ID_FS_TYPE") is { Length: > 0 } type)
            {
                writer.Sample(1, "device", device.Name, "type", type, "usage", device.Property("ID_FS_USAGE"), "uuid", device.Property("ID_FS_UUID"),
                    "version", device.Property("ID_FS_VERSION"));
            }
        }
        writer.Family("node_disk_info", MetricType.Gauge, "Info of /sys/block/<block_device>.");
        foreach (var device in devices)
        {
            writer.Sample(1, device.InfoLabels);
        }
    }
}
