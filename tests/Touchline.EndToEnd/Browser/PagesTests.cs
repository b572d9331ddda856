using Microsoft.Playwright;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd.Browser;

/// <summary>The pages as a person uses them: the real process, a real browser.</summary>
public sealed class PagesTests(WatchedHost host, Chromium chromium) : IClassFixture<WatchedHost>, IClassFixture<Chromium>
{
    private readonly Uri _address = host.Address;

    [Fact]
    public async Task Overview_draws_the_host_and_keeps_itself_fresh()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/?refresh=1s&from=now-5m&to=now");

        await Assertions.Expect(open.Page.Locator(".tl-chart canvas").First).ToBeVisibleAsync();
        await Assertions.Expect(open.Page.Locator(".tl-legend").First).ToContainTextAsync("user");
        var samples = open.Page.Locator(".tl-tile", new PageLocatorOptions { HasText = "since start" }).Locator(".tl-tile-detail");
        var before = await samples.InnerTextAsync();
        await Assertions.Expect(samples).Not.ToHaveTextAsync(before);

        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task Time_range_and_refresh_are_carried_from_page_to_page()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/");
        await open.ReadyAsync();

        await open.Page.ClickAsync("button[title='Time range']");
        await open.Page.ClickAsync("text=Last 6 hours");
        await open.AddressAsync("/?from=now-6h&to=now", atEnd: true);
        await open.Page.ClickAsync(".tl-nav >> text=Explore");

        await open.AddressAsync("/explore?from=now-6h&to=now", atEnd: true);
        await Assertions.Expect(open.Page.Locator("button[title='Time range']")).ToContainTextAsync("Last 6 hours");
    }

    [Fact]
    public async Task Who_is_faster_than_the_server_takes_the_new_time_range_along()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/");
        await open.ReadyAsync();
        // As soon as the address has the range, before the server can have written the links of the menu anew.
        await open.Page.EvaluateAsync(
            """
            () => {
              const push = history.pushState;
              history.pushState = function (...state) {
                push.apply(this, state);
                history.pushState = push;
                setTimeout(() => document.querySelector(".tl-nav a[href*=explore]").click());
              };
            }
            """);

        await open.Page.ClickAsync("button[title='Time range']");
        await open.Page.ClickAsync("text=Last 6 hours");

        await open.AddressAsync("/explore?from=now-6h&to=now", atEnd: true);
        await Assertions.Expect(open.Page.Locator("button[title='Time range']")).ToContainTextAsync("Last 6 hours");
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task A_query_is_completed_run_and_drawn()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/explore?refresh=off");
        await open.Page.Locator(".tl-editor-field").ClickAsync();

        await open.Page.Keyboard.TypeAsync("sum by (mode) (rate(node_cpu_sec", new KeyboardTypeOptions { Delay = 10 });
        await Assertions.Expect(open.Page.Locator("[role=option][aria-selected=true]")).ToContainTextAsync("node_cpu_seconds_total");
        await open.Page.Keyboard.PressAsync("Tab");
        await open.Page.Keyboard.TypeAsync("[1m]");
        await open.Page.Keyboard.PressAsync("Escape");
        await open.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(open.Page.Locator(".tl-legend-table")).ToContainTextAsync("{mode=\"idle\"}");
        await Assertions.Expect(open.Page.Locator(".tl-cost")).ToContainTextAsync("series");
        await open.AddressAsync("q=sum");
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task An_error_is_marked_at_its_place()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/explore?refresh=off");
        await open.Page.Locator(".tl-editor-field").FillAsync("sum(up) + rate(up)");

        await Assertions.Expect(open.Page.Locator(".tl-squiggle")).ToHaveTextAsync("up");
        await Assertions.Expect(open.Page.Locator(".tl-editor-problems")).ToContainTextAsync("1:16");
        await open.Page.Locator(".tl-editor-field").PressAsync("Enter");

        await Assertions.Expect(open.Page.Locator(".tl-place")).ToContainTextAsync("^^");
    }

    [Fact]
    public async Task The_table_has_the_values_of_one_time()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/explore?q=up&tab=table&refresh=off");

        await Assertions.Expect(open.Page.Locator(".tl-result tbody tr")).ToHaveCountAsync(BuiltInJobs.Names.Count);
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task The_pointer_shows_values_and_a_line_through_every_chart()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/?refresh=off&from=now-5m&to=now");
        await Assertions.Expect(open.Page.Locator(".tl-legend").Nth(1)).ToContainTextAsync("used");

        await open.Page.Locator(".tl-chart-plot").First.HoverAsync();

        await Assertions.Expect(open.Page.Locator(".tl-tip")).ToBeVisibleAsync();
        await Assertions.Expect(open.Page.Locator(".tl-chart-cross").Nth(1)).ToHaveCSSAsync("visibility", "visible");
    }

    [Fact]
    public async Task Arrow_keys_read_a_chart_to_who_cannot_see_it()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/explore?q=up&refresh=off&from=now-5m&to=now");
        await Assertions.Expect(open.Page.Locator(".tl-legend-table")).ToContainTextAsync("job=\"node\"");
        await open.Page.Locator(".tl-chart-plot").FocusAsync();

        await open.Page.Keyboard.PressAsync("ArrowLeft");
        var spoken = open.Page.Locator("[role=status].tl-spoken");
        await Assertions.Expect(spoken).ToContainTextAsync("job=\"node\"} 1");
        var last = await spoken.InnerTextAsync();
        await open.Page.Keyboard.PressAsync("ArrowLeft");

        await Assertions.Expect(spoken).Not.ToHaveTextAsync(last);
        await Assertions.Expect(open.Page.Locator(".tl-tip")).ToBeVisibleAsync();
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(open.Page.Locator(".tl-tip")).ToBeHiddenAsync();
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task The_panel_of_the_time_range_takes_the_focus_and_gives_it_back()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/status?refresh=off");
        await open.ReadyAsync();
        var button = open.Page.Locator("button[title='Time range']");

        await button.FocusAsync();
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page.Locator(".tl-range-panel")).ToBeFocusedAsync();
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(button).ToBeFocusedAsync();
        await Assertions.Expect(open.Page.Locator(".tl-range-panel")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Dragging_over_a_chart_looks_closer()
    {
        await using var open = await chromium.OpenAsync(_address);
        await open.Page.GotoAsync("/?refresh=off");
        await Assertions.Expect(open.Page.Locator(".tl-legend").First).ToContainTextAsync("user");
        static bool LooksCloser(string url) => url.Contains("from=1", StringComparison.Ordinal) && url.Contains("to=1", StringComparison.Ordinal);

        // While a page fills, what stands above a chart may still grow and move it from under the mouse: a person tries again then.
        for (var attempt = 0; attempt < 10 && !LooksCloser(open.Page.Url); attempt++)
        {
            var plot = await open.Page.Locator(".tl-chart-plot").First.BoundingBoxAsync();
            await open.Page.Mouse.MoveAsync(plot!.X + plot.Width * 0.5f, plot.Y + 40);
            await open.Page.Mouse.DownAsync();
            await open.Page.Mouse.MoveAsync(plot.X + plot.Width * 0.8f, plot.Y + 60, new MouseMoveOptions { Steps = 4 });
            await open.Page.Mouse.UpAsync();
            for (var wait = 0; wait < 30 && !LooksCloser(open.Page.Url); wait++)
            {
                await Task.Delay(100);
            }
        }

        Assert.True(LooksCloser(open.Page.Url), open.Page.Url);
    }

    [Fact]
    public async Task The_system_chooses_the_theme_until_a_person_does()
    {
        await using var open = await chromium.OpenAsync(_address, scheme: ColorScheme.Dark);
        await open.Page.GotoAsync("/status");
        var root = open.Page.Locator("html");
        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "dark");

        await open.Page.ClickAsync("[data-theme-toggle]");
        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "light");
        await open.Page.ReloadAsync();

        await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "light");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/explore?q=up&refresh=off")]
    [InlineData("/explore?q=up&refresh=off&from=1772366400000&to=1774000000000&tz=utc")]
    [InlineData("/explore?q=sum(rate(up[1m]))&refresh=off&tab=explain")]
    [InlineData("/targets")]
    [InlineData("/discovery")]
    [InlineData("/queries")]
    [InlineData("/status")]
    public async Task Nothing_is_cut_off_on_a_small_screen(string path)
    {
        await using var open = await chromium.OpenAsync(_address, width: 390);
        await open.Page.GotoAsync(path);
        await open.ReadyAsync();

        Assert.Equal(0, await open.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await Assertions.Expect(open.Page.Locator(".tl-drawer.mud-drawer--closed")).ToHaveCountAsync(1);
        await open.Page.ClickAsync("[aria-label=Menu]");
        await Assertions.Expect(open.Page.Locator(".tl-nav >> text=Targets")).ToBeInViewportAsync();
        Assert.Empty(open.Complaints);
    }
}
