using Touchline.Configuration.Probes;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>
/// Runs probes, a bounded number at once and each no longer than its time. Whatever a target does costs its own probe only, which then fails.
/// Thread-safe.
/// </summary>
public sealed class ProbeRunner(TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 100;

    /// <summary>For all bodies that expressions must match, together.</summary>
    private const long MostBodyBytes = 64 * 1024 * 1024;

    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly BodyBudget _budget = new(MostBodyBytes);

    /// <summary>Looks at a target once. Throws only where <paramref name="cancellationToken"/> ends it.</summary>
    /// <param name="timeout">All that it may take, waiting for a place included.</param>
    public async Task<ProbeOutcome> RunAsync(ProbeModuleConfig module, string target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var metrics = new ProbeMetrics();
        var success = metrics.Gauge("probe_success", "Displays whether or not the probe was a success");
        var duration = metrics.Gauge("probe_duration_seconds", "Returns how long the probe took to complete in seconds");
        var log = new ProbeLog(time);
        using var ending = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, cancellationToken);
        var run = new ProbeRun(target, module, metrics, log, time, timeout, both.Token);
        log.Info("Beginning probe", ("probe", module.Prober), ("timeout_seconds", timeout.TotalSeconds));
        var started = time.GetTimestamp();
        var good = await GuardedAsync(run).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var took = time.GetElapsedTime(started);
        success.Value = good ? 1 : 0;
        duration.Value = took.TotalSeconds;
        if (good)
        {
            log.Info("Probe succeeded", ("duration_seconds", took.TotalSeconds));
            return new ProbeOutcome(true, "", "", took, metrics, log.ToString());
        }
        var error = log.LastError;
        log.Error("Probe failed", ("duration_seconds", took.TotalSeconds));
        return new ProbeOutcome(false, run.Reason, error, took, metrics, log.ToString());
    }

    public void Dispose() => _places.Dispose();

    private async Task<bool> GuardedAsync(ProbeRun run)
    {
        try
        {
            await _places.WaitAsync(run.Deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            return run.Fail(e, "There are too many probes at once");
        }
        try
        {
            return await ProbeAsync(run).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a target makes a prober throw is a failed probe, and said as such.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return run.Fail(e, "The probe failed");
        }
        finally
        {
            _places.Release();
        }
    }

    private Task<bool> ProbeAsync(ProbeRun run) => run.Module.Prober switch
    {
        ProberKind.Http => HttpProber.ProbeAsync(run, _budget),
        ProberKind.Dns => DnsProber.ProbeAsync(run),
        ProberKind.Icmp => new IcmpProber(run).ProbeAsync(),
        ProberKind.Grpc => GrpcProber.ProbeAsync(run),
        _ => new TcpProber(run).ProbeAsync(),
    };
}
