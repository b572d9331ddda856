using Microsoft.Playwright;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd.Browser;

/// <summary>An open page when the server goes and comes.</summary>
public sealed class ReconnectTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task It_stops_with_a_page_open_and_the_page_goes_on_when_it_is_back()
    {
        using var folder = new TemporaryFolder();
        string authority;
        OpenPage open;
        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path))
        {
            authority = touchline.Url.Authority;
            open = await chromium.OpenAsync(touchline.Url);
            await open.Page.GotoAsync("/status?refresh=1s");
            await open.ReadyAsync();

            Assert.Equal(0, await touchline.StopAsync());
            await Assertions.Expect(open.Page.Locator(".tl-reconnect")).ToBeVisibleAsync();
        }

        await using (open)
        {
            await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--web.listen-address=" + authority);

            await Assertions.Expect(open.Page.Locator(".tl-reconnect")).ToBeHiddenAsync();
            await Assertions.Expect(open.Page.Locator("h1")).ToHaveTextAsync("Status");
            await open.ReadyAsync();
        }
    }

    /// <summary>A server that is stopping may take the connection back for a moment: connected again is not yet the same server.</summary>
    [Fact]
    public async Task A_page_that_is_connected_again_to_another_start_is_loaded_anew()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);
        await using var open = await chromium.OpenAsync(touchline.Url);
        await open.Page.GotoAsync("/status");
        await open.ReadyAsync();
        await open.Page.RouteAsync("**/api/v1/status/runtimeinfo", route => route.FulfillAsync(
            new RouteFulfillOptions { ContentType = "application/json", Body = """{"status":"success","data":{"startTime":"2001-01-01T00:00:00Z"}}""" }));

        var loaded = open.Page.WaitForRequestAsync(request => request.IsNavigationRequest);
        await open.Page.EvaluateAsync("document.getElementById('components-reconnect-modal').className = 'tl-reconnect components-reconnect-hide'");

        Assert.EndsWith("/status", (await loaded).Url, StringComparison.Ordinal);
    }
}
