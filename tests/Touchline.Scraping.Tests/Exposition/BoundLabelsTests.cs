using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Tests.Exposition;

/// <summary>The texts are what Prometheus 3.5 stores.</summary>
public sealed class BoundLabelsTests
{
    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1e1", "10.0")]
    [InlineData("0.10", "0.1")]
    [InlineData("+Inf", "+Inf")]
    [InlineData("inf", "+Inf")]
    [InlineData("abc", "abc")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e-7", "1e-07")]
    [InlineData("123456789", "1.23456789e+08")]
    [InlineData("999999", "999999.0")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0", "0.0")]
    [InlineData("-2.5", "-2.5")]
    public void A_bound_of_a_histogram_has_one_form(string exposed, string stored)
    {
        List<Label> labels = [new(LabelNames.MetricName, "h_bucket"), new("le", exposed)];
        BoundLabels.Normalize(labels, MetricType.Histogram);
        Assert.Equal(stored, labels[1].Value);
    }

    [Fact]
    public void A_quantile_of_a_summary_has_one_form_and_all_else_stays()
    {
        List<Label> labels = [new("le", "1"), new("quantile", "0.50")];
        BoundLabels.Normalize(labels, MetricType.Summary);
        Assert.Equal([new Label("le", "1"), new Label("quantile", "0.5")], labels);
        BoundLabels.Normalize(labels, MetricType.Counter);
        Assert.Equal("1", labels[0].Value);
    }
}
