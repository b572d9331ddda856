using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Work of SCSI tape drives, from /sys/class/scsi_tape.</summary>
internal sealed class TapeCollector(HostOptions options) : NodeCollector("tapestats")
{
    internal static readonly NodeFlag Ignored = new("collector.tapestats.ignored-devices", NodeFlagKind.Pattern, "^$", "Tape drives that are not watched.");

    // The product with a billionth, not the quotient, gives the very digits of node_exporter.
    private const double SecondsPerNanosecond = 0.000000001;

    private static readonly (string File, string Metric, MetricType Type, double Unit, string Help)[] Counters =
    [
        ("in_flight", "node_tape_io_now", MetricType.Gauge, 1, "The number of I/Os currently outstanding to this device."),
        ("io_ns", "node_tape_io_time_seconds_total", MetricType.Counter, SecondsPerNanosecond,
            "The amount of time spent waiting for all I/O to complete (including read and write). This includes tape movement commands such as seeking "
            + "between file or set marks and implicit tape movement such as when rewind on close tape devices are used."),
        ("other_cnt", "node_tape_io_others_total", MetricType.Counter, 1,
            "The number of I/Os issued to the tape drive other than read or write commands. The time taken to complete these commands uses the following "
            + "calculation io_time_seconds_total-read_time_seconds_total-write_time_seconds_total"),
        ("read_byte_cnt", "node_tape_read_bytes_total", MetricType.Counter, 1, "The number of bytes read from the tape drive."),
        ("read_cnt", "node_tape_reads_completed_total", MetricType.Counter, 1, "The number of read requests issued to the tape drive."),
        ("read_ns", "node_tape_read_time_seconds_total", MetricType.Counter, SecondsPerNanosecond,
            "The amount of time spent waiting for read requests to complete."),
        ("resid_cnt", "node_tape_residual_total", MetricType.Counter, 1,
            "The number of times during a read or write we found the residual amount to be non-zero. This should mean that a program is issuing a read "
            + "larger thean the block size on tape. For write not all data made it to tape."),
        ("write_byte_cnt", "node_tape_written_bytes_total", MetricType.Counter, 1, "The number of bytes written to the tape drive."),
        ("write_cnt", "node_tape_writes_completed_total", MetricType.Counter, 1, "The number of write requests issued to the tape drive."),
        ("write_ns", "node_tape_write_time_seconds_total", MetricType.Counter, SecondsPerNanosecond,
            "The amount of time spent waiting for write requests to complete."),
    ];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/scsi_tape");
    private readonly NameFilter _filter = NameFilter.Excluding(options, Ignored);

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var device in SysFiles.Names(_folder).Where(name => IsDrive(name) && _filter.Allows(name)))
        {
            foreach (var (file, metric, type, unit, help) in Counters)
            {
                var value = _files.TryWhole(Path.Combine(_folder, device, "stats", file), out var count) ? count : 0;
                table.Add(metric, type, help, value * unit, "device", device);
            }
        }
        table.WriteTo(writer);
    }

    /// <summary>Every drive has further names for its modes beside <c>st0</c>: <c>nst0</c>, <c>st0a</c>.</summary>
    private static bool IsDrive(string name) =>
        name.StartsWith("st", StringComparison.Ordinal) && name.Length > 2 && !name.AsSpan(2).ContainsAnyExceptInRange('0', '9');
}
