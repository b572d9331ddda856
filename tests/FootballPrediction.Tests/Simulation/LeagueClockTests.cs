using FootballPrediction.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace FootballPrediction.Tests.Simulation;

public sealed class LeagueClockTests
{
    private static readonly DateTimeOffset Start = new(2022, 8, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_a_simulation_it_is_now()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

        Assert.Equal(time.GetUtcNow(), new LeagueClock(time).Now);
    }

    [Fact]
    public void A_simulation_moves_days_in_a_minute_and_only_when_told()
    {
        FakeTimeProvider time = new();
        LeagueClock clock = new(time);
        clock.Simulate(Start);
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(Start, clock.Now);
        Assert.Equal(Start.AddDays(1), clock.Ahead(daysPerMinute: 20));
        clock.MoveTo(Start.AddDays(1));
        Assert.Equal(Start.AddDays(1), clock.Now);
        Assert.Equal(Start.AddDays(1), clock.Ahead(daysPerMinute: 20));
    }

    [Fact]
    public void A_long_suspension_is_no_leap()
    {
        FakeTimeProvider time = new();
        LeagueClock clock = new(time);
        clock.Simulate(Start);
        time.Advance(TimeSpan.FromHours(8));

        Assert.True(clock.Ahead(daysPerMinute: 12) <= Start.AddDays(1));
    }
}
