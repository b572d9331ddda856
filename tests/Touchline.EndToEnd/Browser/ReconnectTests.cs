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
}
