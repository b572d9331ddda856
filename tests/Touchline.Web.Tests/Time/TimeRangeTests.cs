using Touchline.Web.Time;

namespace Touchline.Web.Tests.Time;

public sealed class TimeRangeTests
{
    [Theory]
    [InlineData("now-1h", "now", "Last 1 hour")]
    [InlineData("now-30m", "now", "Last 30 minutes")]
    [InlineData("now-7d", "now", "Last 7 days")]
    [InlineData("now-90s", "now", "Last 90 seconds")]
    [InlineData("now-2h", "now-1h", "now-2h – now-1h")]
    [InlineData("1772366400000", "1772370000000", null)]
    public void Description_says_what_is_shown_but_leaves_dates_to_the_browser(string from, string to, string? expected) =>
        Assert.Equal(expected, new TimeRange(from, to).Describe());

    [Fact]
    public void An_end_before_the_start_is_no_range() => Assert.False(new TimeRange("now", "now-1h").TryResolve(5_000_000, out _, out _));

    [Fact]
    public void Every_preset_can_be_resolved() =>
        Assert.All(TimeRange.Presets, preset => Assert.True(preset.TryResolve(1_772_366_400_000, out _, out _)));
}
