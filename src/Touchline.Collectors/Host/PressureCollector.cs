using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>How long processes waited for processors, disks and memory, from /proc/pressure. Kernels without it fail the collector.</summary>
internal sealed class PressureCollector(HostOptions options) : NodeCollector("pressure")
{
    private readonly FileReader _reader = new();
    private readonly string _cpuPath = Path.Combine(options.ProcPath, "pressure/cpu");
    private readonly string _ioPath = Path.Combine(options.ProcPath, "pressure/io");
    private readonly string _memoryPath = Path.Combine(options.ProcPath, "pressure/memory");
    private readonly string _irqPath = Path.Combine(options.ProcPath, "pressure/irq");

    public override void Collect(IMetricWriter writer)
    {
        var (cpu, _) = Read(_cpuPath);
        writer.Family("node_pressure_cpu_waiting_seconds_total", MetricType.Counter, "Total time in seconds that processes have waited for CPU time");
        writer.Sample(cpu ?? throw new FormatException($"{_cpuPath} has no total"));
        var (ioSome, ioFull) = Read(_ioPath);
        Write(writer, "node_pressure_io_stalled_seconds_total", "Total time in seconds no process could make progress due to IO congestion", ioFull);
        Write(writer, "node_pressure_io_waiting_seconds_total", "Total time in seconds that processes have waited due to IO congestion", ioSome);
        var (memorySome, memoryFull) = Read(_memoryPath);
        Write(writer, "node_pressure_memory_stalled_seconds_total", "Total time in seconds no process could make progress due to memory congestion", memoryFull);
        Write(writer, "node_pressure_memory_waiting_seconds_total", "Total time in seconds that processes have waited for memory", memorySome);
        if (File.Exists(_irqPath))
        {
            var (_, irqFull) = Read(_irqPath);
            Write(writer, "node_pressure_irq_stalled_seconds_total", "Total time in seconds no process could make progress due to IRQ congestion", irqFull);
        }
    }

    private static void Write(IMetricWriter writer, string name, string help, double? seconds)
    {
        if (seconds is { } value)
        {
            writer.Family(name, MetricType.Counter, help);
            writer.Sample(value);
        }
    }

    private (double? Some, double? Full) Read(string path)
    {
        double? some = null;
        double? full = null;
        var lines = new ByteText(_reader.Read(path));
        while (lines.TryLine(out var line))
        {
            var total = line.LastIndexOf("total="u8);
            if (total < 0)
            {
                continue;
            }
            // Divided twice, as node_exporter does, so that the last digit is the same.
            var seconds = ByteText.Number(line[(total + "total=".Length)..]) / 1000.0 / 1000.0;
            if (line.StartsWith("some"u8))
            {
                some = seconds;
            }
            else if (line.StartsWith("full"u8))
            {
                full = seconds;
            }
        }
        return (some, full);
    }
}
