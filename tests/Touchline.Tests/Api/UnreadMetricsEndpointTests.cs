using System.Text.Json;
using Touchline.Model;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

public sealed class UnreadMetricsEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_metric_leaves_the_list_when_it_is_queried()
    {
        var before = await server.DataAsync("/api/v1/status/unread_metrics");
        Assert.Equal(30, before.GetProperty("days").GetInt32());
        Assert.True(before.GetProperty("observedSince").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        Assert.InRange(before.GetProperty("observedDays").GetDouble(), 0, 1);
        Assert.Contains("requests_total", Names(before));
        Assert.Contains("depth", Names(before));
        var first = before.GetProperty("metrics")[0];
        Assert.Equal("""{"name":"requests_total","series":2,"diskBytes":0,"lastRead":null}""", first.GetRawText());

        await server.DataAsync("/api/v1/series?match[]=requests_total");
        Assert.Contains("requests_total", Names(await server.DataAsync("/api/v1/status/unread_metrics")));
        await server.DataAsync("/api/v1/query?query=rate(requests_total[5m])&time=" + server.At(60_000));
        Assert.DoesNotContain("requests_total", Names(await server.DataAsync("/api/v1/status/unread_metrics")));
        var after = await server.DataAsync("/api/v1/status/unread_metrics?limit=1");
        Assert.Equal(before.GetProperty("count").GetInt32() - 1, after.GetProperty("count").GetInt32());
        Assert.Equal(1, after.GetProperty("metrics").GetArrayLength());

        // A read is as old as no days at all.
        var all = await server.DataAsync("/api/v1/status/unread_metrics?days=0");
        var read = all.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("name").GetString() == "requests_total");
        Assert.InRange(read.GetProperty("lastRead").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_federated_metric_is_read()
    {
        await using var own = await RunningServer.StartAsync();
        own.Append(Labels.Of(LabelNames.MetricName, "taken", "job", "shop"), (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1));
        Assert.Contains("\"taken\"", await own.Client.GetStringAsync(new Uri("/api/v1/status/unread_metrics", UriKind.Relative)), StringComparison.Ordinal);
        await own.Client.GetStringAsync(new Uri("/federate?match[]={job=\"shop\"}", UriKind.Relative));
        Assert.DoesNotContain("\"taken\"", await own.Client.GetStringAsync(new Uri("/api/v1/status/unread_metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("days=-1", "days must be a whole number from 0 to 36500")]
    [InlineData("days=36501", "days must be a whole number from 0 to 36500")]
    [InlineData("days=x", "days must be a whole number from 0 to 36500")]
    [InlineData("limit=0", "limit must be a positive number")]
    public Task A_bad_parameter_is_told(string query, string message) =>
        server.AssertErrorAsync(400, "bad_data", message, "/api/v1/status/unread_metrics?" + query);

    private static List<string?> Names(JsonElement data) =>
        [.. data.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("name").GetString())];
}
