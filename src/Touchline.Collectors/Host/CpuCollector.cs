using System.Buffers.Text;
using System.Globalization;
using Touchline.Collectors.Host.Hardware;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Time of each processor by what it did, from /proc/stat; throttling, isolation and hotplug state from /sys.</summary>
internal sealed class CpuCollector(HostOptions options) : NodeCollector("cpu")
{
    internal static readonly NodeFlag Guest = new(
        "collector.cpu.guest", NodeFlagKind.Switch, "true", "Whether node_cpu_guest_seconds_total is collected.");

    // The kernel gives these times in USER_HZ, which is 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    // A processor that comes back after being unplugged starts from zero; smaller steps back are the kernel's rounding.
    private const double JumpBackSeconds = 3;

    private static readonly string[] Modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    private const int ModeCount = 8;
    private const int IdleMode = 3;
    private const int FieldCount = ModeCount + 2;

    private readonly FileReader _reader = new();
    private readonly string _statPath = Path.Combine(options.ProcPath, "stat");
    private readonly CpuTopology _topology = new(Path.Combine(options.SysPath, "devices/system/cpu"));
    private readonly List<Processor> _processors = [];
    private readonly bool _guest = options.Flags.IsOn(Guest);
    private readonly CpuInfo _info = new(options);
    private int _round;

    public override void Collect(IMetricWriter writer)
    {
        if (_info.IsOn)
        {
            _info.Collect(writer);
        }
        ReadTimes();
        if (_guest)
        {
            WriteGuests(writer);
        }
        writer.Family("node_cpu_seconds_total", MetricType.Counter, "Seconds the CPUs spent in each mode.");
        foreach (var processor in _processors)
        {
            for (var mode = 0; mode < ModeCount; mode++)
            {
                writer.Sample(processor.Seconds[mode], "cpu", processor.Label, "mode", Modes[mode]);
            }
        }
        _topology.Collect(writer, _reader, _processors.Count);
    }

    private void WriteGuests(IMetricWriter writer)
    {
        writer.Family("node_cpu_guest_seconds_total", MetricType.Counter, "Seconds the CPUs spent in guests (VMs) for each mode.");
        foreach (var processor in _processors)
        {
            writer.Sample(processor.Seconds[ModeCount], "cpu", processor.Label, "mode", "user");
            writer.Sample(processor.Seconds[ModeCount + 1], "cpu", processor.Label, "mode", "nice");
        }
    }

    private void ReadTimes()
    {
        _round++;
        Span<double> times = stackalloc double[FieldCount];
        var lines = new ByteText(_reader.Read(_statPath));
        while (lines.TryLine(out var line))
        {
            // "cpu" alone is the sum of all.
            if (!line.StartsWith("cpu"u8) || !Utf8Parser.TryParse(line[3..], out int number, out var used))
            {
                continue;
            }
            var fields = new ByteText(line[(3 + used)..]);
            times.Clear();
            for (var i = 0; i < FieldCount && fields.TryField(out var field); i++)
            {
                times[i] = ByteText.Number(field) / TicksPerSecond;
            }
            var processor = Find(number);
            processor.Advance(times);
            processor.Round = _round;
        }
        _processors.RemoveAll(processor => processor.Round != _round);
    }

    private Processor Find(int number)
    {
        foreach (var known in _processors)
        {
            if (known.Number == number)
            {
                return known;
            }
        }
        var processor = new Processor(number);
        _processors.Add(processor);
        return processor;
    }

    private sealed class Processor(int number)
    {
        public int Number { get; } = number;

        public string Label { get; } = number.ToString(CultureInfo.InvariantCulture);

        public double[] Seconds { get; } = new double[FieldCount];

        public int Round { get; set; }

        /// <summary>Takes new times; single counters that step back keep their value, as counters must not fall.</summary>
        public void Advance(ReadOnlySpan<double> times)
        {
            if (Seconds[IdleMode] - times[IdleMode] >= JumpBackSeconds)
            {
                Array.Clear(Seconds);
            }
            for (var i = 0; i < times.Length; i++)
            {
                Seconds[i] = Math.Max(Seconds[i], times[i]);
            }
        }
    }
}
