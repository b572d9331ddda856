namespace Touchline.Collectors.Probes;

/// <summary>The gauges that every HTTP probe has, whatever becomes of it.</summary>
internal sealed class HttpProbeResult
{
    private const string Durations = "probe_http_duration_seconds";
    private const string DurationsHelp = "Duration of http request by phase, summed over all redirects";

    public HttpProbeResult(ProbeMetrics metrics)
    {
        Resolve = Phase("resolve");
        Connect = Phase("connect");
        Tls = Phase("tls");
        Processing = Phase("processing");
        Transfer = Phase("transfer");
        ContentLength = metrics.Gauge("probe_http_content_length", "Length of http content response");
        BodyLength = metrics.Gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body");
        Redirects = metrics.Gauge("probe_http_redirects", "The number of redirects");
        IsSsl = metrics.Gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect");
        StatusCode = metrics.Gauge("probe_http_status_code", "Response HTTP status code");
        Version = metrics.Gauge("probe_http_version", "Returns the version of HTTP of the probe response");
        FailedDueToRegex = metrics.Gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex");

        ProbeGauge Phase(string phase) => metrics.Gauge(Durations, DurationsHelp, "phase", phase);
    }

    public ProbeGauge Resolve { get; }

    public ProbeGauge Connect { get; }

    public ProbeGauge Tls { get; }

    public ProbeGauge Processing { get; }

    public ProbeGauge Transfer { get; }

    public ProbeGauge ContentLength { get; }

    public ProbeGauge BodyLength { get; }

    public ProbeGauge Redirects { get; }

    public ProbeGauge IsSsl { get; }

    public ProbeGauge StatusCode { get; }

    public ProbeGauge Version { get; }

    public ProbeGauge FailedDueToRegex { get; }
}
