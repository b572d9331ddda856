using Microsoft.Extensions.Time.Testing;
using Touchline.Scraping.Loops;

namespace Touchline.Scraping.Tests.Loops;

public sealed class ScrapeClockTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000_000_000);

    private readonly FakeTimeProvider _time = new(Start);

    [Theory]
    [InlineData(3_000, 3_000)]
    [InlineData(0, 0)]
    [InlineData(9_999, 9_999)]
    public void NextMs_is_at_the_offset_in_the_interval(long offset, long expected) =>
        Assert.Equal(Start.ToUnixTimeMilliseconds() + expected, new ScrapeClock(_time, 10_000, offset).NextMs);

    [Fact]
    public void NextMs_offset_that_passed_is_in_the_next_interval()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Start.ToUnixTimeMilliseconds() + 13_000, new ScrapeClock(_time, 10_000, 3_000).NextMs);
    }

    [Theory]
    [InlineData(10_000, 0, 0)]
    [InlineData(10_000, 2, 0)]
    [InlineData(10_000, 3, 3)]
    [InlineData(100, 1, 0)]
    [InlineData(100, 2, 2)]
    public async Task WaitAsync_time_is_aligned_within_tolerance_only(long interval, int lateMs, long expected)
    {
        var clock = new ScrapeClock(_time, interval, 0);
        _time.Advance(TimeSpan.FromMilliseconds(lateMs));
        Assert.Equal(Start.ToUnixTimeMilliseconds() + expected, await clock.WaitAsync(CancellationToken.None));
        Assert.Equal(Start.ToUnixTimeMilliseconds() + interval, clock.NextMs);
    }

    [Fact]
    public async Task WaitAsync_times_that_passed_are_left_out()
    {
        var clock = new ScrapeClock(_time, 10_000, 0);
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(Start.ToUnixTimeMilliseconds() + 35_000, await clock.WaitAsync(CancellationToken.None));
        Assert.Equal(Start.ToUnixTimeMilliseconds() + 40_000, clock.NextMs);
    }

    [Fact]
    public async Task WaitAsync_clock_set_back_waits_one_interval_at_most()
    {
        var clock = new ScrapeClock(new ShiftedTime(TimeSpan.FromHours(1)), 1, 0);
        var next = clock.NextMs;
        var shifted = await clock.WaitAsync(CancellationToken.None);
        Assert.InRange(shifted, next - 3_600_000, next);
    }

    /// <summary>The first look at the clock is in the future; it is then set right.</summary>
    private sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
    {
        private bool _looked;

        public override DateTimeOffset GetUtcNow()
        {
            var now = base.GetUtcNow() + (_looked ? TimeSpan.Zero : ahead);
            _looked = true;
            return now;
        }
    }
}
