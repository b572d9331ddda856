using Touchline.Configuration.Probes;

namespace Touchline.Collectors.Probes;

/// <summary>What a probe in progress writes into, and until when it may take. Used by one probe, not thread-safe.</summary>
internal sealed class ProbeRun(string target, ProbeModuleConfig module, ProbeMetrics metrics, ProbeLog log, TimeProvider time, TimeSpan timeout, CancellationToken deadline)
{
    public string Target { get; } = target;

    public ProbeModuleConfig Module { get; } = module;

    public ProbeMetrics Metrics { get; } = metrics;

    public ProbeLog Log { get; } = log;

    public TimeProvider Time { get; } = time;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>Ends the probe when its time is over.</summary>
    public CancellationToken Deadline { get; } = deadline;

    /// <summary>Why the probe failed, in a few words of a small vocabulary; the first that is said stands.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Says why the probe fails; gives false, which is the probe's result.</summary>
    public bool Fail(string reason, string message, params ReadOnlySpan<(string Key, object? Value)> fields)
    {
        Reason = Reason.Length == 0 ? reason : Reason;
        Log.Error(message, fields);
        return false;
    }

    public bool Fail(Exception e, string message) => Fail(ProbeReason.Of(e), message, ("err", ProbeReason.Describe(e)));
}
