using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Touchline.EndToEnd.Browser;

/// <summary>Every time of every page is in one zone: the browser's, or UTC where that was chosen.</summary>
public sealed class TimeZoneTests(WatchedHost host, Chromium chromium) : IClassFixture<WatchedHost>, IClassFixture<Chromium>
{
    private readonly Uri _address = host.Address;

    [Fact]
    public async Task Times_are_the_browsers_until_UTC_is_chosen_and_that_is_carried_on()
    {
        await using var open = await chromium.OpenAsync(_address, zone: "Asia/Kolkata");
        await open.Page.GotoAsync("/status?refresh=off");
        await open.ReadyAsync();
        var started = open.Page.Locator("tl-time").First.Locator("time");
        await Assertions.Expect(started.Last).ToHaveTextAsync(new Regex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\+5:30$"));

        await open.Page.ClickAsync("button[title='Time range']");
        await open.Page.ClickAsync("[aria-label='Time zone'] >> text=UTC");

        await Assertions.Expect(started.Last).ToHaveTextAsync(new Regex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"));
        await open.Page.Keyboard.PressAsync("Escape");
        await open.Page.ClickAsync(".tl-nav >> text=Overview");
        await open.AddressAsync("tz=utc");
        await Assertions.Expect(open.Page.Locator(".tl-legend").First).ToContainTextAsync("user");
        await open.Page.Locator(".tl-chart-plot").First.HoverAsync();
        await Assertions.Expect(open.Page.Locator(".tl-tip-time")).ToHaveTextAsync(new Regex(@"\d\d:\d\d:\d\d UTC$"));
        Assert.Empty(open.Complaints);
    }

    [Theory]
    [InlineData("2026-07-01 12:00", "2026-07-01T10:00:00Z")]
    [InlineData("2026-01-01 12:00", "2026-01-01T11:00:00Z")]
    public async Task The_picker_reads_and_writes_the_browsers_zone_in_summer_and_in_winter(string typed, string expected)
    {
        await using var open = await chromium.OpenAsync(_address, zone: "Europe/Berlin");
        await open.Page.GotoAsync("/status?refresh=off");
        await open.ReadyAsync();

        await open.Page.ClickAsync("button[title='Time range']");
        await open.Page.FillAsync("#tl-from", typed);
        await open.Page.ClickAsync("text=Apply");

        var from = DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        await open.AddressAsync($"from={from}&");
        await open.Page.ClickAsync("button[title='Time range']");
        await Assertions.Expect(open.Page.Locator("#tl-from")).ToHaveValueAsync(typed + ":00");
    }

    /// <summary>Clocks in Berlin went from 2:00 to 3:00 on 2026-03-29 and from 3:00 to 2:00 on 2026-10-25.</summary>
    [Theory]
    [InlineData("2026-03-28T11:00:00Z", 36, 12, new[] { "12:00", "15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "00:00" })]
    [InlineData("2026-10-24T10:00:00Z", 37, 13, new[] { "12:00", "15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "00:00" })]
    [InlineData("2026-10-24T23:00:00Z", 4, 8, new[] { "01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30", "04:00" })]
    [InlineData("2026-03-27T23:00:00Z", 72, 3, new[] { "00:00", "00:00", "00:00", "00:00" })]
    public async Task Ticks_stand_on_round_times_across_a_change_of_the_clock(string from, int hours, int ticks, string[] expected)
    {
        await using var open = await chromium.OpenAsync(_address, zone: "Europe/Berlin");
        await open.Page.GotoAsync("/status?refresh=off");

        var shown = await open.Page.EvaluateAsync<string[]>(
            """
            async ([from, hours, ticks]) => {
              const { timeAxis } = await import("/_content/Touchline.Web/js/axes.js");
              const { clockOf } = await import("/_content/Touchline.Web/js/zone.js");
              const start = Date.parse(from);
              return timeAxis(start, start + hours * 3600000, ticks * 84).ticks.map(t => clockOf(t, false));
            }
            """,
            new object[] { from, hours, ticks });

        Assert.Equal(expected, shown);
    }
}
