using Microsoft.Playwright;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd.Browser;

/// <summary>The status pages as a visitor sees them, wide and narrow, light and dark.</summary>
public sealed class StatusPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Services_and_their_incidents_are_shown_without_scripts(int width, ColorScheme scheme)
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/", "hello");
        var config = folder.Write("prometheus.yml", $"""
            checks:
              - website: http://{target.Address}/
              - a-service-with-quite-a-long-name.that-goes-on-and-on.example: http://{target.Address}/missing
            """);
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config, "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count(probe_success)") == 2, "the checks do not run");
        await using var open = await chromium.OpenAsync(touchline.Url, width, scheme);

        await open.Page.GotoAsync("/services");
        await Assertions.Expect(open.Page.Locator(".banner")).ToContainTextAsync("1 of 2 services is down");
        await AssertFitsAsync(open.Page, width, scheme);
        await open.Page.ClickAsync("a.card:has-text('goes-on-and-on')");

        await Assertions.Expect(open.Page.Locator("h1")).ToContainTextAsync("goes-on-and-on");
        await Assertions.Expect(open.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(open.Page.Locator("tbody")).ToContainTextAsync("status code 404");
        await Assertions.Expect(open.Page.Locator("tbody")).ToContainTextAsync("still down");
        await AssertFitsAsync(open.Page, width, scheme);
        Assert.Empty(open.Complaints);
    }

    private static async Task AssertFitsAsync(IPage page, int width, ColorScheme scheme)
    {
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        var background = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(17, 21, 28)" : "rgb(245, 246, 248)", background);
    }
}
