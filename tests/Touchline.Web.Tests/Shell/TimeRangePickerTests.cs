using Bunit;
using Bunit.JSInterop;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Web.Shell;
using Touchline.Web.Tests.Fakes;

namespace Touchline.Web.Tests.Shell;

public sealed class TimeRangePickerTests : PageTest
{
    private const long HourMs = 3_600_000;
    private readonly BunitJSModuleInterop _browser;

    public TimeRangePickerTests()
    {
        _browser = JSInterop.SetupModule("./_content/Touchline.Web/js/touchline.js");
        _browser.Mode = JSRuntimeMode.Loose;
        // A browser an hour east of Greenwich.
        _browser.Setup<long[]>("resolveWall", i => i.Arguments is [false, long[]])
            .SetResult([TestClock.StartMs - HourMs, TestClock.StartMs]);
    }

    [Fact]
    public void Dates_are_typed_in_the_browsers_zone()
    {
        var picker = Open("");

        Type(picker, "2026-03-01 12:00", "2026-03-01 13:00");

        Assert.EndsWith($"?from={TestClock.StartMs - HourMs}&to={TestClock.StartMs}", Address);
    }

    [Fact]
    public void In_UTC_the_browser_is_not_asked()
    {
        var picker = Open("?tz=utc");

        Type(picker, "2026-03-01 12:00", "2026-03-01 13:00");

        Assert.EndsWith($"from={TestClock.StartMs}&to={TestClock.StartMs + HourMs}", Address);
        Assert.DoesNotContain(_browser.Invocations, i => i.Identifier == "resolveWall");
    }

    [Fact]
    public void A_date_with_a_zone_means_that_zone()
    {
        var picker = Open("");

        Type(picker, "2026-03-01T12:00:00Z", "now+1h");

        Assert.EndsWith($"?from={TestClock.StartMs}&to=now%2B1h", Address);
    }

    [Theory]
    [InlineData("yesterday", "now", "no time")]
    [InlineData("now", "now-1h", "before the end")]
    public void What_is_no_range_is_told_and_changes_nothing(string from, string to, string expected)
    {
        var picker = Open("");

        Type(picker, from, to);

        Assert.Contains(expected, picker.Find("#tl-range-note").TextContent);
        Assert.DoesNotContain("from=", Address);
    }

    [Fact]
    public void The_fields_show_what_the_browser_writes()
    {
        _browser.Setup<TimeRangePicker.PickerTimes>("pickerTimes", i => i.Arguments[1] is long[] times && times.SequenceEqual([TestClock.StartMs]))
            .SetResult(new TimeRangePicker.PickerTimes("Europe/Berlin, UTC+1", ["2026-03-01 13:00:00"]));

        var picker = Open($"?from={TestClock.StartMs}&to=now");

        Assert.Equal("2026-03-01 13:00:00", picker.Find("#tl-from").GetAttribute("value"));
        Assert.Contains("Europe/Berlin", picker.Find(".tl-range-zone").TextContent);
        Assert.Equal("now", picker.Find("#tl-to").GetAttribute("value"));
    }

    [Fact]
    public void The_zone_is_chosen_in_the_panel_and_shown_on_the_button()
    {
        var picker = Open("");
        Assert.Empty(picker.FindAll(".tl-zone"));

        picker.Find("[aria-label='Time zone'] button:last-child").Click();

        Assert.EndsWith("?tz=utc", Address);
        Assert.Equal("UTC", picker.Find(".tl-zone").TextContent);
    }

    private string Address => Services.GetRequiredService<NavigationManager>().Uri;

    private IRenderedComponent<TimeRangePicker> Open(string query)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(query);
        var picker = Render<TimeRangePicker>();
        picker.Find("button").Click();
        return picker;
    }

    private static void Type(IRenderedComponent<TimeRangePicker> picker, string from, string to)
    {
        picker.Find("#tl-from").Input(from);
        picker.Find("#tl-to").Input(to);
        picker.Find("form").Submit();
    }
}
