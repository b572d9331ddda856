using Touchline.Configuration;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Tests.Exposition;

public sealed class ExpositionNegotiationTests
{
    [Theory]
    [InlineData("text/plain", "PrometheusText")]
    [InlineData("text/plain; version=0.0.4; charset=utf-8", "PrometheusText")]
    [InlineData("text/plain; version=9.9", "PrometheusText")]
    [InlineData("text/plain; charset", "PrometheusText")]
    [InlineData("Text/Plain", "PrometheusText")]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", "OpenMetricsText")]
    [InlineData("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", "Protobuf")]
    public void TryChoose_known_type_gives_its_format(string contentType, string expected)
    {
        Assert.True(ExpositionNegotiation.TryChoose(contentType, null, out var format, out var error));
        Assert.Null(error);
        Assert.Equal(expected, format.ToString());
    }

    [Theory]
    [InlineData(null, "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target")]
    [InlineData("", "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target")]
    [InlineData("text/html", "received unsupported Content-Type \"text/html\" and no fallback_scrape_protocol specified for target")]
    [InlineData(";;;", "cannot parse Content-Type \";;;\" and no fallback_scrape_protocol for target")]
    public void TryChoose_other_type_is_refused_as_in_Prometheus(string? contentType, string expected)
    {
        Assert.False(ExpositionNegotiation.TryChoose(contentType, null, out _, out var error));
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "PrometheusText0.0.4", "PrometheusText")]
    [InlineData("text/html", "OpenMetricsText1.0.0", "OpenMetricsText")]
    [InlineData(";;;", "PrometheusText1.0.0", "PrometheusText")]
    [InlineData("text/plain", "OpenMetricsText1.0.0", "PrometheusText")]
    [InlineData("application/json", "PrometheusProto", "Protobuf")]
    public void TryChoose_fallback_is_for_what_would_be_refused(string? contentType, string fallback, string expected)
    {
        Assert.True(ExpositionNegotiation.TryChoose(contentType, fallback, out var format, out var error));
        Assert.Null(error);
        Assert.Equal(expected, format.ToString());
    }

    [Theory]
    [InlineData("PrometheusProto,PrometheusText0.0.4", "values", false,
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4")]
    [InlineData(null, "dots", false,
        "application/openmetrics-text;version=1.0.0;escaping=dots;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=dots;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    [InlineData(null, "allow-utf-8", true,
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
        + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1")]
    public void AcceptOf_is_what_Prometheus_sends(string? protocols, string escaping, bool native, string expected) =>
        Assert.Equal(expected, ExpositionNegotiation.AcceptOf(new ScrapeConfig
        {
            JobName = "j",
            ScrapeProtocols = protocols?.Split(','),
            MetricNameEscaping = escaping,
            ScrapeNativeHistograms = native,
        }));
}
