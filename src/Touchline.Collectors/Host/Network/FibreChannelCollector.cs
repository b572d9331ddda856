using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Network;

/// <summary>Ports of Fibre Channel adapters, from /sys/class/fc_host.</summary>
internal sealed class FibreChannelCollector(HostOptions options) : NodeCollector("fibrechannel")
{
    // What the adapter's firmware does not count has all bits set.
    private const ulong NotCounted = ulong.MaxValue;

    private static readonly (string File, string Metric, string Help)[] Counters =
    [
        ("dumped_frames", "dumped_frames_total", "Number of dumped frames"),
        ("error_frames", "error_frames_total", "Number of errors in frames"),
        ("invalid_crc_count", "invalid_crc_total", "Invalid Cyclic Redundancy Check count"),
        ("rx_frames", "rx_frames_total", "Number of frames received"),
        ("rx_words", "rx_words_total", "Number of words received by host port"),
        ("tx_frames", "tx_frames_total", "Number of frames transmitted by host port"),
        ("tx_words", "tx_words_total", "Number of words transmitted by host port"),
        ("seconds_since_last_reset", "seconds_since_last_reset_total", "Number of seconds since last host port reset"),
        ("invalid_tx_word_count", "invalid_tx_words_total", "Number of invalid words transmitted by host port"),
        ("link_failure_count", "link_failure_total", "Number of times the host port link has failed"),
        ("loss_of_sync_count", "loss_of_sync_total", "Number of failures on either bit or transmission word boundaries"),
        ("loss_of_signal_count", "loss_of_signal_total", "Number of times signal has been lost"),
        ("nos_count", "nos_total", "Number Not_Operational Primitive Sequence received by host port"),
        ("fcp_packet_aborts", "fcp_packet_aborts_total", "Number of aborted packets"),
    ];

    private static readonly string[] Texts =
        ["speed", "port_state", "port_type", "port_id", "port_name", "fabric_name", "symbolic_name", "supported_classes", "supported_speeds", "dev_loss_tmo"];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/fc_host");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var host in SysFiles.Names(_folder))
        {
            var folder = Path.Combine(_folder, host);
            string[] labels = ["fc_host", host, .. Texts.SelectMany(file => new[] { file, Text(folder, file) })];
            table.Gauge("node_fibrechannel_info", "Non-numeric data from /sys/class/fc_host/<host>, value is always 1.", 1, labels);
            foreach (var (file, metric, help) in Counters)
            {
                if (TryCounter(Path.Combine(folder, "statistics", file), out var value))
                {
                    table.Counter($"node_fibrechannel_{metric}", help, value, "fc_host", host);
                }
            }
        }
        table.WriteTo(writer);
    }

    /// <summary>Names and identifiers are hexadecimal, and given on without their <c>0x</c>.</summary>
    private string Text(string folder, string file)
    {
        var text = _files.TextOrEmpty(Path.Combine(folder, file));
        return file is "port_id" or "port_name" or "fabric_name" && text.Length > 2 ? text[2..] : text;
    }

    private bool TryCounter(string path, out double value)
    {
        value = 0;
        if (!_files.TryText(path, out var text))
        {
            return false;
        }
        var isHexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!ulong.TryParse(isHexadecimal ? text[2..] : text, style, CultureInfo.InvariantCulture, out var count))
        {
            throw new FormatException($"{path}: a number was expected, not '{text}'");
        }
        value = count;
        return count != NotCounted;
    }
}
