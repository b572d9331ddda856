using System.Net.Http.Headers;

namespace Touchline.Scraping.Exposition;

internal enum ExpositionFormat
{
    PrometheusText,
    OpenMetricsText,
}

/// <summary>What formats are asked for, and which one an answer is in.</summary>
internal static class ExpositionNegotiation
{
    /// <summary>The Accept header of Prometheus 3 with its default scrape protocols.</summary>
    public const string Accept =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

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
            return TryFallBack(fallback, ref format, ref error);
        }
        return error is null;
    }

    private static bool TryFallBack(string protocol, ref ExpositionFormat format, ref string? error)
    {
        if (protocol.StartsWith("PrometheusText", StringComparison.Ordinal) || protocol.StartsWith("OpenMetricsText", StringComparison.Ordinal))
        {
            format = protocol[0] == 'O' ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText;
            return true;
        }
        error = $"fallback_scrape_protocol {protocol} cannot be read, expected PrometheusText0.0.4 or OpenMetricsText1.0.0";
        return false;
    }

    private static bool TryRecognise(string? contentType, ref ExpositionFormat format, ref string? error)
    {
        if (string.IsNullOrWhiteSpace(contentType))
        {
            error = "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target, "
                + "expected text/plain or application/openmetrics-text";
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
        error = MediaTypeHeaderValue.TryParse(contentType, out _)
            ? $"received unsupported Content-Type \"{contentType}\" and no fallback_scrape_protocol specified for target, "
                + "expected text/plain or application/openmetrics-text"
            : $"cannot parse Content-Type \"{contentType}\" and no fallback_scrape_protocol for target, "
                + "expected text/plain or application/openmetrics-text";
        return false;
    }
}
