using Touchline.PromQL;
using Touchline.PromQL.Syntax;
using Touchline.Web.Explore;
using Touchline.Web.Formatting;

namespace Touchline.Web.Tests.Explore;

public sealed class UnitGuessTests
{
    [Theory]
    [InlineData("node_memory_MemFree_bytes", Unit.Bytes)]
    [InlineData("sum by (job) (a_bytes - b_bytes)", Unit.Bytes)]
    [InlineData("rate(node_network_receive_bytes_total[1m])", Unit.BytesPerSecond)]
    [InlineData("sum(rate(http_requests_total[1m]))", Unit.PerSecond)]
    [InlineData("histogram_quantile(0.9, sum by (le) (rate(request_duration_seconds_bucket[5m])))", Unit.Seconds)]
    [InlineData("scrape_duration_seconds", Unit.Seconds)]
    [InlineData("node_boot_time_seconds", Unit.Number)]
    [InlineData("rate(node_cpu_seconds_total[1m])", Unit.Number)]
    [InlineData("count(node_memory_MemFree_bytes)", Unit.Number)]
    [InlineData("a_bytes / b_bytes", Unit.Number)]
    [InlineData("a_bytes > 5", Unit.Bytes)]
    [InlineData("up", Unit.Number)]
    public void Unit_follows_the_metric_and_what_is_done_to_it(string query, Unit expected) =>
        Assert.Equal(expected, UnitGuess.Of(PromQLParser.Parse(query, PromQLFeatures.None)));
}
