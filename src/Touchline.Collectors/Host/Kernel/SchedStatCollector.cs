using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Time that each processor ran tasks, and tasks waited for it, from /proc/schedstat.</summary>
internal sealed class SchedStatCollector(HostOptions options) : NodeCollector("schedstat")
{
    private const double NanosecondsPerSecond = 1e9;

    // Of the numbers behind the processor's name; those before are of the scheduler's inner workings.
    private const int RunningColumn = 6;

    private static readonly (string Name, string Help, double Unit)[] Columns =
    [
        ("node_schedstat_running_seconds_total", "Number of seconds CPU spent running a process.", NanosecondsPerSecond),
        ("node_schedstat_waiting_seconds_total", "Number of seconds spent by processing waiting for this CPU.", NanosecondsPerSecond),
        ("node_schedstat_timeslices_total", "Number of timeslices executed by CPU.", 1),
    ];

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "schedstat");
    private readonly NameCache<Processor> _known = new(name => new Processor(name));
    private readonly List<Processor> _processors = [];

    public override void Collect(IMetricWriter writer)
    {
        if (!_reader.TryRead(_path, out var text))
        {
            NothingHere("the kernel keeps no statistics of its scheduler");
            return;
        }
        Read(text);
        for (var i = 0; i < Columns.Length; i++)
        {
            writer.Family(Columns[i].Name, MetricType.Counter, Columns[i].Help);
            foreach (var processor in _processors)
            {
                writer.Sample(processor.Values[i] / Columns[i].Unit, "cpu", processor.Label);
            }
        }
    }

    private void Read(ReadOnlySpan<byte> text)
    {
        _processors.Clear();
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var name) || !name.StartsWith("cpu"u8))
            {
                continue;
            }
            var processor = _known.Get(name["cpu".Length..]);
            for (var i = -RunningColumn; i < Columns.Length; i++)
            {
                var number = fields.Number();
                if (i >= 0)
                {
                    processor.Values[i] = number;
                }
            }
            _processors.Add(processor);
        }
    }

    private sealed class Processor(string label)
    {
        public string Label { get; } = label;

        public double[] Values { get; } = new double[Columns.Length];
    }
}
