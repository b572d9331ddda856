using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Touchline.Options;

namespace Touchline.Tests.Hosting;

public sealed class SeriesBudgetScrapeTests
{
    private int _scrapes;
    private volatile bool _hasExploded;

    [Fact]
    public async Task A_target_with_a_metric_that_explodes_loses_new_series_of_that_metric_only()
    {
        await using var target = await TargetAsync();
        await using var server = await RunningServer.StartAsync(
            new ServerOptions { CollectHost = false, CollectContainers = false, CollectSelf = false, MaxSeries = 1000 },
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs: [{ job_name: shop, static_configs: [{ targets: ["{{new Uri(target.Urls.First()).Authority}}"] }] }]
            """);
        server.Collect();
        // On a busy machine a scrape may take longer than its 200 ms: it costs the test some time and nothing else.
        using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (server.Store.SeriesRefusals(10).Count == 0)
        {
            await Task.Delay(50, cancel.Token);
        }
        _hasExploded = true;
        while (!(await ValueAsync(server, "last_over_time(late_metric[1h])") == 1))
        {
            await Task.Delay(50, cancel.Token);
        }

        Assert.Equal(100, await ValueAsync(server, "count(last_over_time(orders[1h]))"));
        Assert.Equal(1, await ValueAsync(server, "max_over_time(up[1h])"));
        Assert.InRange(await ValueAsync(server, "count(last_over_time(carts[1h]))"), 700, 900);
        var refusals = server.Store.SeriesRefusals(10);
        Assert.Equal(("carts", "shop", "session"), Assert.Single(refusals.Select(r => (r.Metric, r.Job, r.Label)).Distinct()));
    }

    /// <summary>Every scrape finds a hundred carts that were not there before, and once some were refused another metric.</summary>
    private async Task<WebApplication> TargetAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var target = builder.Build();
        target.MapGet("/metrics", (Func<IResult>)(() => Results.Text(Exposition(), "text/plain; version=0.0.4")));
        await target.StartAsync();
        return target;
    }

    private string Exposition()
    {
        var scrape = Interlocked.Increment(ref _scrapes);
        var text = new StringBuilder();
        for (var i = 0; i < 100; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"carts{{session=\"{scrape}-{i}\"}} 1\norders{{product=\"{i}\"}} {scrape}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"scrapes {scrape}\n");
        return text.Append(_hasExploded ? "late_metric 1\n" : "").ToString();
    }

    private static async Task<double> ValueAsync(RunningServer server, string query)
    {
        using var answer = JsonDocument.Parse(
            await server.Client.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative)));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? double.NaN : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }
}
