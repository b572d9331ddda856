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
    public void TryChoose_fallback_is_for_what_would_be_refused(string? contentType, string fallback, string expected)
    {
        Assert.True(ExpositionNegotiation.TryChoose(contentType, fallback, out var format, out var error));
        Assert.Null(error);
        Assert.Equal(expected, format.ToString());
    }

    [Fact]
    public void TryChoose_fallback_that_cannot_be_read_is_said()
    {
        Assert.False(ExpositionNegotiation.TryChoose(null, "PrometheusProto", out _, out var error));
        Assert.StartsWith("fallback_scrape_protocol PrometheusProto cannot be read", error, StringComparison.Ordinal);
    }
}
