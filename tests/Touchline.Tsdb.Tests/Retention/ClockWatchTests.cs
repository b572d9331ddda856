using Touchline.Tsdb.Retention;

namespace Touchline.Tsdb.Tests.Retention;

public sealed class ClockWatchTests
{
    [Fact]
    public void Clock_that_goes_as_time_does_is_not_remarked_upon_however_long_nobody_looks()
    {
        var time = new SetClock();
        var watch = new ClockWatch(time);
        time.Pass(TimeSpan.FromDays(40));
        Assert.Null(watch.Look());
        time.Pass(TimeSpan.FromMinutes(1));
        time.Set(TimeSpan.FromMinutes(4));
        Assert.Null(watch.Look());
        Assert.Equal(0, watch.Jumps);
    }

    [Fact]
    public void Jumps_ahead_and_back_are_seen_once_each()
    {
        var time = new SetClock();
        var watch = new ClockWatch(time);
        time.Pass(TimeSpan.FromMinutes(1));
        time.Set(TimeSpan.FromDays(60));
        Assert.Equal(TimeSpan.FromDays(60), watch.Look());
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.Null(watch.Look());
        time.Set(TimeSpan.FromDays(-60));
        Assert.Equal(TimeSpan.FromDays(-60), watch.Look());
        Assert.Null(watch.Look());
        Assert.Equal(2, watch.Jumps);
    }

    /// <summary>A clock that people set, and time that passes all the same.</summary>
    private sealed class SetClock : TimeProvider
    {
        private DateTimeOffset _clock = DateTimeOffset.FromUnixTimeMilliseconds(TestStore.T0);
        private long _passed = 1_000_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _clock += time;
            _passed += time.Ticks;
        }

        public void Set(TimeSpan ahead) => _clock += ahead;

        public override DateTimeOffset GetUtcNow() => _clock;

        public override long GetTimestamp() => _passed;
    }
}
