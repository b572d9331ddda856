using System.Globalization;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>Packets that each processor took from network devices, from /proc/net/softnet_stat.</summary>
internal sealed class SoftnetCollector(HostOptions options) : NodeCollector("softnet")
{
    private static readonly (int Column, string Name, string Help, MetricType Type)[] Columns =
    [
        (11, "node_softnet_backlog_len", "Softnet backlog status", MetricType.Gauge),
        (8, "node_softnet_cpu_collision_total", "Number of collision occur while obtaining device lock while transmitting", MetricType.Counter),
        (1, "node_softnet_dropped_total", "Number of dropped packets", MetricType.Counter),
        (10, "node_softnet_flow_limit_count_total", "Number of times flow limit has been reached", MetricType.Counter),
        (0, "node_softnet_processed_total", "Number of processed packets", MetricType.Counter),
        (9, "node_softnet_received_rps_total", "Number of times cpu woken up received_rps", MetricType.Counter),
        (2, "node_softnet_times_squeezed_total", "Number of times processing packets ran out of quota", MetricType.Counter),
    ];

    private const int LeastColumns = 9;
    private const int ProcessorColumn = 12;

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/softnet_stat");
    private readonly List<Processor> _processors = [];

    public override void Collect(IMetricWriter writer)
    {
        var count = ReadProcessors();
        foreach (var (column, name, help, type) in Columns)
        {
            writer.Family(name, type, help);
            for (var i = 0; i < count; i++)
            {
                writer.Sample(_processors[i].Values[column], "cpu", _processors[i].Label);
            }
        }
    }

    private int ReadProcessors()
    {
        var count = 0;
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            if (count == _processors.Count)
            {
                _processors.Add(new Processor());
            }
            _processors[count].Read(line, count);
            count++;
        }
        return count;
    }

    private sealed class Processor
    {
        private int _number = -1;

        public string Label { get; private set; } = "";

        public ulong[] Values { get; } = new ulong[ProcessorColumn + 1];

        /// <param name="place">The line's number. Kernels before 5.14 leave processors that are off out without saying so.</param>
        public void Read(ReadOnlySpan<byte> line, int place)
        {
            var fields = new ByteText(line);
            var columns = 0;
            Array.Clear(Values);
            while (columns < Values.Length && fields.TryField(out var field))
            {
                Values[columns++] = ByteText.Hexadecimal(field);
            }
            if (columns < LeastColumns)
            {
                throw new FormatException($"{columns} columns, at least {LeastColumns} are needed");
            }
            var number = columns > ProcessorColumn ? (int)Values[ProcessorColumn] : place;
            if (number != _number)
            {
                (_number, Label) = (number, number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
