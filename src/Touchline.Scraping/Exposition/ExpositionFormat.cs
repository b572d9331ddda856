using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Touchline.Configuration;

namespace Touchline.Scraping.Exposition;

internal enum ExpositionFormat
{
    PrometheusText,
    OpenMetricsText,
    Protobuf,
}

/// <summary>What formats are asked for, and which one an answer is in.</summary>
internal static class ExpositionNegotiation
{
    private const string Supported = "expected text/plain, application/openmetrics-text or application/vnd.google.protobuf";

    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal)
    {
        ["PrometheusProto"] = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
        ["OpenMetricsText1.0.0"] = "application/openmetrics-text;version=1.0.0",
        ["OpenMetricsText0.0.1"] = "application/openmetrics-text;version=0.0.1",
        ["PrometheusText1.0.0"] = "text/plain;version=1.0.0",
        ["PrometheusText0.0.4"] = "text/plain;version=0.0.4",
    };

    private static readonly string[] TextProtocols = ["OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0", "PrometheusText0.0.4"];

    /// <summary>
    /// The Accept header of a job, as Prometheus 3 makes it: native histograms are in protobuf only, so that it comes first where they are
    /// wanted and nobody says otherwise.
    /// </summary>
    public static string AcceptOf(ScrapeConfig config)
    {
        IReadOnlyList<string> protocols = config.ScrapeProtocols
            ?? (config.ScrapeNativeHistograms == true ? ["PrometheusProto", .. TextProtocols] : TextProtocols);
        var accept = new StringBuilder();
        var weight = MediaTypes.Count + 1;
        foreach (var protocol in protocols)
        {
            // The first versions of both text formats know nothing of names outside the classic alphabet.
            var escaping = protocol.EndsWith("1.0.0", StringComparison.Ordinal) ? $";escaping={config.MetricNameEscaping}" : "";
            accept.Append(CultureInfo.InvariantCulture, $"{MediaTypes[protocol]}{escaping};q=0.{weight--},");
        }
        return accept.Append(CultureInfo.InvariantCulture, $"*/*;q=0.{weight}").ToString();
    }

    /// <summary>
    /// The format of a Content-Type. A missing or unknown one is refused as in Prometheus 3, but any <c>text/plain</c> is taken,
    /// whatever its parameters.
    /// </summary>
    /// <param name="fallback">fallback_scrape_protocol: what to take an answer for that would be refused.</param>
    public static bool TryChoose(string? contentType, string? fallback, out ExpositionFormat format, out string? error)
    {
        format = ExpositionFormat.PrometheusText;
        error = null;
        if (!TryRecognise(contentType, ref format, ref error) && fallback is not null)
        {
            error = null;
            format = fallback switch
            {
                "PrometheusProto" => ExpositionFormat.Protobuf,
                _ when fallback.StartsWith("OpenMetricsText", StringComparison.Ordinal) => ExpositionFormat.OpenMetricsText,
                _ => ExpositionFormat.PrometheusText,
            };
        }
        return error is null;
    }

    private static bool TryRecognise(string? contentType, ref ExpositionFormat format, ref string? error)
    {
        if (string.IsNullOrWhiteSpace(contentType))
        {
            error = "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target, "
                + Supported;
            return false;
        }
        var mediaType = contentType.AsSpan();
        var parameters = mediaType.IndexOf(';');
        mediaType = (parameters < 0 ? mediaType : mediaType[..parameters]).Trim();
        if (mediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        if (mediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
        {
            format = ExpositionFormat.OpenMetricsText;
            return true;
        }
        if (mediaType.Equals("application/vnd.google.protobuf", StringComparison.OrdinalIgnoreCase))
        {
            format = ExpositionFormat.Protobuf;
            return true;
        }
        error = MediaTypeHeaderValue.TryParse(contentType, out _)
            ? $"received unsupported Content-Type \"{contentType}\" and no fallback_scrape_protocol specified for target, "
                + Supported
            : $"cannot parse Content-Type \"{contentType}\" and no fallback_scrape_protocol for target, "
                + Supported;
        return false;
    }
}
