namespace Touchline.Collectors.Probes;

/// <summary>The gauges that every HTTP probe of a module has, whatever becomes of it.</summary>
internal sealed class HttpProbeResult
{
    private const string Durations = "probe_http_duration_seconds";
    private const string DurationsHelp = "Duration of http request by phase, summed over all redirects";

    private readonly ProbeMetrics _metrics;

    public HttpProbeResult(ProbeMetrics metrics, bool hasJsonRules)
    {
        _metrics = metrics;
        ContentLength = metrics.Gauge("probe_http_content_length", "Length of http content response");
        BodyLength = metrics.Gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body");
        Redirects = metrics.Gauge("probe_http_redirects", "The number of redirects");
        IsSsl = metrics.Gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect");
        StatusCode = metrics.Gauge("probe_http_status_code", "Response HTTP status code");
        Version = metrics.Gauge("probe_http_version", "Returns the version of HTTP of the probe response");
        FailedDueToRegex = metrics.Gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex");
        FailedDueToCel = hasJsonRules ? metrics.Gauge("probe_failed_due_to_cel", "Indicates if probe failed due to CEL expression not matching") : null;
    }

    /// <summary>There only where somebody looks for it, as where a proxy looks up names there is none.</summary>
    public ProbeGauge Resolve => Phase("resolve");

    public ProbeGauge Connect => Phase("connect");

    public ProbeGauge Tls => Phase("tls");

    public ProbeGauge Processing => Phase("processing");

    public ProbeGauge Transfer => Phase("transfer");

    public ProbeGauge ContentLength { get; }

    public ProbeGauge BodyLength { get; }

    public ProbeGauge Redirects { get; }

    public ProbeGauge IsSsl { get; }

    public ProbeGauge StatusCode { get; }

    public ProbeGauge Version { get; }

    public ProbeGauge FailedDueToRegex { get; }

    /// <summary>Null where there are no such rules.</summary>
    public ProbeGauge? FailedDueToCel { get; }

    /// <summary>The phases behind looking up the target, which there are only where that went well.</summary>
    public void BeginPhases()
    {
        foreach (var phase in (string[])["connect", "tls", "processing", "transfer"])
        {
            Phase(phase);
        }
    }

    private ProbeGauge Phase(string phase) => _metrics.Gauge(Durations, DurationsHelp, "phase", phase);
}
