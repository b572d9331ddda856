using Touchline.Web.Time;

namespace Touchline.Web.Tests.Time;

public sealed class TimeExpressionTests
{
    private const long Now = 1_772_366_400_000;

    [Theory]
    [InlineData("now", 0)]
    [InlineData("now-1h30m", -5_400_000)]
    [InlineData("now+5m", 300_000)]
    [InlineData("now-0", 0)]
    public void A_relative_time_counts_from_now(string text, long distance)
    {
        Assert.True(TimeExpression.TryResolve(text, Now, out var time));
        Assert.Equal(Now + distance, time);
    }

    [Theory]
    [InlineData("1772366400000", 1_772_366_400_000)]
    [InlineData("2026-03-01T12:00:00Z", 1_772_366_400_000)]
    [InlineData("2026-03-01 12:00", 1_772_366_400_000)]
    [InlineData("2026-03-01T14:00:00+02:00", 1_772_366_400_000)]
    public void An_absolute_time_is_read_in_UTC_unless_it_names_a_zone(string text, long expected)
    {
        Assert.True(TimeExpression.TryResolve(text, 0, out var time));
        Assert.Equal(expected, time);
    }

    [Theory]
    [InlineData("2026-03-01 12:00", true)]
    [InlineData("2026-03-01", true)]
    [InlineData("2026-03-01T12:00:00Z", false)]
    [InlineData("2026-03-01T14:00:00+02:00", false)]
    [InlineData("1772366400000", false)]
    [InlineData("now-1h", false)]
    public void Only_a_date_without_a_zone_is_that_of_a_wall_clock(string text, bool expected)
    {
        Assert.True(TimeExpression.TryResolve(text, Now, out _, out var isWallClock));
        Assert.Equal(expected, isWallClock);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("now-")]
    [InlineData("now1h")]
    [InlineData("now-1x")]
    [InlineData("-5")]
    [InlineData("99999999999999999")]
    [InlineData("now-200y")]
    [InlineData("March")]
    public void What_is_no_time_is_refused(string text) => Assert.False(TimeExpression.TryResolve(text, Now, out _));
}
