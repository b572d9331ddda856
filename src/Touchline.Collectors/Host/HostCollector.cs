using Microsoft.Extensions.Logging;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>
/// Reads /proc and /sys and writes the metrics of node_exporter 1.11 with its names, types, help and labels. A collector that fails
/// or hangs costs its own metrics only; <c>node_scrape_collector_success</c> says which. Thread-safe.
/// </summary>
public sealed class HostCollector : IMetricSource, IDisposable
{
    /// <summary>
    /// How long all collectors together may keep a collection waiting by hanging, and the least that each is given. Time that collectors
    /// take without hanging is not counted, so that a busy machine does not fail them.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly GuardedThread _thread = new("host collectors");
    private readonly GuardedCollector[] _collectors;
    private readonly ILogger<HostCollector> _logger;
    private readonly MetricBuffer _report = new();
    private bool _disposed;

    public HostCollector(HostOptions options, TimeProvider time, ILogger<HostCollector> logger)
        : this(NodeCollectors.Create(options, time), time, logger)
    {
    }

    internal HostCollector(IEnumerable<NodeCollector> collectors, TimeProvider time, ILogger<HostCollector> logger)
    {
        _logger = logger;
        _collectors = [.. collectors.Select(collector => new GuardedCollector(collector, time, Patience))];
    }

    /// <summary>The collectors that are switched on, by name.</summary>
    public IEnumerable<string> Names => _collectors.Select(collector => collector.Name);

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken) => Collect(writer, _ => true, cancellationToken);

    /// <summary>As <see cref="Collect(IMetricWriter, CancellationToken)"/>, of some collectors only.</summary>
    public void Collect(IMetricWriter writer, Predicate<string> wants, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            cancellationToken.ThrowIfCancellationRequested();
            var wanted = Array.FindAll(_collectors, collector => wants(collector.Name));
            var problems = Array.ConvertAll(wanted, collector => collector.Problem);
            Run(wanted);
            var exposition = new HostExposition();
            for (var i = 0; i < wanted.Length; i++)
            {
                Note(wanted[i], problems[i]);
                if (wanted[i].HasAnswer)
                {
                    exposition.Add(wanted[i].Answer, wanted[i].SpeaksForOthers);
                }
            }
            WriteReport(wanted);
            exposition.Add(_report, speaksForOthers: false);
            exposition.WriteTo(writer);
        }
    }

    /// <summary>Lets its thread go. One that hangs in the kernel stays behind until the kernel lets it go.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _thread.Dispose();
            foreach (var collector in _collectors)
            {
                collector.Dispose();
            }
        }
    }

    /// <summary>Runs them one after the other; one that uses up the patience is left behind with its thread, and the others go on on another.</summary>
    private void Run(GuardedCollector[] wanted)
    {
        var due = Array.FindAll(wanted, collector => collector.Begin(_thread));
        var patience = Patience;
        for (var next = 0; next < due.Length;)
        {
            var batch = new CollectorBatch(due, next);
            var ended = _thread.TryRun(batch.Run, patience, () => batch.Current) ? due.Length : batch.Abandon();
            foreach (var collector in due.AsSpan(next, ended - next))
            {
                collector.TakeAnswer();
            }
            if (ended < due.Length)
            {
                due[ended].GiveUp(patience);
                patience = LeastPatience;
            }
            next = ended + 1;
        }
    }

    private void WriteReport(GuardedCollector[] wanted)
    {
        _report.Clear();
        _report.Family("node_scrape_collector_duration_seconds", MetricType.Gauge, "node_exporter: Duration of a collector scrape.");
        foreach (var collector in wanted)
        {
            _report.Sample(collector.Duration.TotalSeconds, "collector", collector.Name);
        }
        _report.Family("node_scrape_collector_success", MetricType.Gauge, "node_exporter: Whether a collector succeeded.");
        foreach (var collector in wanted)
        {
            _report.Sample(collector.Problem is null ? 1 : 0, "collector", collector.Name);
        }
    }

    private void Note(GuardedCollector collector, string? before)
    {
        if (collector.Problem is not null && before is null)
        {
            _logger.Log(
                collector.IsAbsent ? LogLevel.Debug : LogLevel.Warning,
                "the host collector {Collector} does not work: {Problem}", collector.Name, collector.Problem);
        }
        else if (collector.Problem is null && before is not null)
        {
            _logger.LogInformation("the host collector {Collector} works again", collector.Name);
        }
    }
}
