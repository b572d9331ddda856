using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Boot time, interrupts, context switches, forks and processes that run or wait, from /proc/stat.</summary>
internal sealed class StatCollector(HostOptions options) : NodeCollector("stat")
{
    internal static readonly NodeFlag Softirq = new("collector.stat.softirq", NodeFlagKind.Switch, "false", "Whether deferred interrupt work is given on by kind.");

    /// <summary>The kinds of deferred work, in the kernel's order.</summary>
    private static readonly string[] SoftirqVectors = ["hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu"];

    private readonly bool _softirq = options.Flags.IsOn(Softirq);
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "stat");

    public override void Collect(IMetricWriter writer)
    {
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var name) || name.StartsWith("cpu"u8))
            {
                continue;
            }
            if (name.SequenceEqual("intr"u8))
            {
                // The first number is the sum; one for each source follows.
                writer.Family("node_intr_total", MetricType.Counter, "Total number of interrupts serviced.");
            }
            else if (name.SequenceEqual("ctxt"u8))
            {
                writer.Family("node_context_switches_total", MetricType.Counter, "Total number of context switches.");
            }
            else if (name.SequenceEqual("btime"u8))
            {
                writer.Family("node_boot_time_seconds", MetricType.Gauge, "Node boot time, in unixtime.");
            }
            else if (name.SequenceEqual("processes"u8))
            {
                writer.Family("node_forks_total", MetricType.Counter, "Total number of forks.");
            }
            else if (name.SequenceEqual("procs_running"u8))
            {
                writer.Family("node_procs_running", MetricType.Gauge, "Number of processes in runnable state.");
            }
            else if (name.SequenceEqual("procs_blocked"u8))
            {
                writer.Family("node_procs_blocked", MetricType.Gauge, "Number of processes blocked waiting for I/O to complete.");
            }
            else
            {
                if (_softirq && name.SequenceEqual("softirq"u8))
                {
                    WriteSoftirqs(writer, fields);
                }
                continue;
            }
            writer.Sample(fields.Number());
        }
    }

    private static void WriteSoftirqs(IMetricWriter writer, ByteText fields)
    {
        // The sum stands first.
        fields.Number();
        writer.Family("node_softirqs_total", MetricType.Counter, "Number of softirq calls.");
        foreach (var vector in SoftirqVectors)
        {
            writer.Sample(fields.Number(), "vector", vector);
        }
    }
}
