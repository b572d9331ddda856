using System.Text.Json;
using Touchline.Model;
using Touchline.Options;
using Touchline.Storage;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

public sealed class CardinalityEndpointTests
{
    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Budgets_and_what_they_refused_are_answered_and_are_metrics()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { MaxSeries = 100 });
        using (var appender = server.Store.OpenAppender())
        {
            for (var i = 0; i < 150; i++)
            {
                var series = default(SeriesRef);
                appender.Append(ref series, Labels.Of("__name__", "carts", "job", "shop", "zone", $"{i % 4}", "session", $"s{i}"), Now, i);
            }
            appender.Commit();
        }

        var data = await DataAsync(server, "/api/v1/status/cardinality?limit=1");
        Assert.Equal((100, 100), (data.GetProperty("series").GetInt32(), data.GetProperty("limit").GetInt32()));
        var refusal = data.GetProperty("refusals").EnumerateArray().Single();
        Assert.Equal("total", refusal.GetProperty("budget").GetString());
        Assert.Equal("carts", refusal.GetProperty("metric").GetString());
        Assert.Equal("shop", refusal.GetProperty("job").GetString());
        Assert.Equal("session", refusal.GetProperty("label").GetString());
        Assert.Equal(100, refusal.GetProperty("labelValues").GetInt32());
        Assert.Equal(50, refusal.GetProperty("samplesRefused").GetInt32());
        Assert.InRange(refusal.GetProperty("seriesRefused").GetInt32(), 45, 55);

        var metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains(
            "touchline_tsdb_series_refused_samples_total{budget=\"total\",metric=\"carts\",scrape_job=\"shop\",widest_label=\"session\"} 50", metrics);
        Assert.Contains("touchline_samples_refused_total{reason=\"series_limit\"} 50", metrics);

        using var bad = await server.Client.GetAsync(new Uri("/api/v1/status/cardinality?limit=none", UriKind.Relative));
        Assert.Equal(400, (int)bad.StatusCode);
    }

    private static async Task<JsonElement> DataAsync(RunningServer server, string path)
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.GetProperty("data").Clone();
    }
}
