using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Web.Time;

namespace Touchline.Web.Tests.Time;

public sealed class PageStateTests : BunitContext
{
    [Fact]
    public void Range_and_refresh_are_read_from_the_address()
    {
        var state = At("explore?from=now-6h&to=now-1h&refresh=30s");

        Assert.Equal(new TimeRange("now-6h", "now-1h"), state.Range);
        Assert.Equal(TimeSpan.FromSeconds(30), state.RefreshInterval);
    }

    [Theory]
    [InlineData("?from=nonsense")]
    [InlineData("?from=now&to=now-1h")]
    [InlineData("?refresh=0s")]
    [InlineData("?refresh=1ms")]
    [InlineData("?refresh=fast")]
    public void An_address_that_cannot_be_read_gives_the_defaults(string query)
    {
        var state = At(query);

        Assert.Equal(TimeRange.Default, state.Range);
        Assert.Equal("10s", state.Refresh);
    }

    [Fact]
    public void Refresh_can_be_off() => Assert.Null(At("?refresh=off").RefreshInterval);

    [Theory]
    [InlineData("", false)]
    [InlineData("?tz=utc", true)]
    [InlineData("?tz=UTC", true)]
    [InlineData("?tz=local", false)]
    public void Times_are_local_unless_the_address_says_UTC(string query, bool expected) => Assert.Equal(expected, At(query).IsUtc);

    [Fact]
    public void Setting_the_zone_tells_once_and_leaves_the_default_out_of_the_address()
    {
        var state = At("status");
        var told = 0;
        state.Changed += () => told++;

        state.SetZone(true);
        var inUtc = state.Href("targets");
        state.SetZone(false);

        Assert.Equal("targets?tz=utc", inUtc);
        Assert.Equal("targets", state.Href("targets"));
        Assert.Equal(2, told);
    }

    [Fact]
    public void Links_carry_range_and_refresh_but_no_other_parameter()
    {
        var state = At("explore?q=up&from=now-6h&refresh=off");

        Assert.Equal("targets?from=now-6h&refresh=off", state.Href("targets"));
    }

    [Fact]
    public void Links_escape_their_parameters() =>
        Assert.Equal("explore?q=a%7Bb%3D%22c%26d%22%7D", At("").Href("explore", ("q", "a{b=\"c&d\"}")));

    [Fact]
    public void Setting_the_range_changes_the_address_and_tells_once()
    {
        var state = At("explore?q=up");
        var told = 0;
        state.Changed += () => told++;

        state.SetRange(new TimeRange("now-1d", "now"));

        Assert.Equal(1, told);
        Assert.Equal("now-1d", state.Range.From);
        Assert.Contains("q=up", Services.GetRequiredService<NavigationManager>().Uri);
    }

    private PageState At(string address)
    {
        var navigation = (BunitNavigationManager)Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo(address);
        return new PageState(navigation);
    }
}
