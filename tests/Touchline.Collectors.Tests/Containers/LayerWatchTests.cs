using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Collectors.Containers.Layers;

namespace Touchline.Collectors.Tests.Containers;

public sealed class LayerWatchTests
{
    private static readonly LayerDirectories One = new("/layers/1", "");
    private static readonly LayerDirectories Two = new("/layers/2", "");
    private static readonly LayerUsage Usage = new("/dev/sda1", 4096, 1, 100_000, 50);

    private readonly CountingTime _time = new();
    private int _looks;

    [Fact]
    public async Task Layer_is_measured_at_most_once_a_minute()
    {
        await using var watch = Watch((_, _, _) => Looked());
        await FollowAsync(watch, One);
        Assert.Equal(Usage, watch.UsageOf(One));
        _time.Advance(LayerWatch.LeastPeriod - TimeSpan.FromSeconds(1));
        await FollowAsync(watch, One);
        Assert.Equal(1, _looks);
        _time.Advance(TimeSpan.FromSeconds(1));

        await FollowAsync(watch, One);

        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task Layer_that_takes_long_is_measured_less_often()
    {
        // Somewhat above a minute by what it costs; the rest of four times that is over long before.
        var cost = TimeSpan.FromSeconds(4);
        await using var watch = Watch((_, _, _) =>
        {
            _time.Advance(cost);
            return Looked();
        });
        watch.Follow(new HashSet<LayerDirectories> { One });
        await TestPatience.UntilAsync(() => watch.UsageOf(One) is not null);
        var measured = _time.GetUtcNow();
        while (!watch.Round.IsCompleted && _time.GetUtcNow() - measured < cost * 40)
        {
            _time.Advance(cost * 4);
            await Task.WhenAny(watch.Round, Task.Delay(TimeSpan.FromSeconds(5)));
        }
        _time.Advance(measured + (cost * 50) - TimeSpan.FromSeconds(1) - _time.GetUtcNow());
        await FollowAsync(watch, One);
        Assert.Equal(1, _looks);
        _time.Advance(TimeSpan.FromSeconds(1));

        watch.Follow(new HashSet<LayerDirectories> { One });

        await TestPatience.UntilAsync(() => Volatile.Read(ref _looks) == 2);
    }

    [Fact]
    public async Task Layer_that_hangs_costs_its_own_figure_and_is_measured_when_it_comes_back()
    {
        using var release = new ManualResetEventSlim();
        await using var watch = Watch((layer, _, _) =>
        {
            if (layer == One)
            {
                release.Wait(CancellationToken.None);
            }
            return Looked();
        });
        watch.Follow(new HashSet<LayerDirectories> { One, Two });
        await TestPatience.UntilAsync(() => watch.UsageOf(Two) is not null, () => _time.Advance(watch.Patience));
        Assert.Null(watch.UsageOf(One));

        release.Set();

        await TestPatience.UntilAsync(() => watch.UsageOf(One) is not null, () =>
        {
            _time.Advance(LayerWatch.LeastPeriod);
            watch.Follow(new HashSet<LayerDirectories> { One, Two });
        });
    }

    [Fact]
    public async Task Layer_that_is_looked_at_for_long_does_not_hang_while_it_gets_on()
    {
        using var step = new SemaphoreSlim(0);
        LayerProgress? seen = null;
        await using var watch = Watch((_, progress, _) =>
        {
            Volatile.Write(ref seen, progress);
            for (var i = 0; i < 5; i++)
            {
                step.Wait(CancellationToken.None);
                progress.Advance();
            }
            return Looked();
        });
        watch.Follow(new HashSet<LayerDirectories> { One });
        for (var i = 1; i <= 5; i++)
        {
            var wanted = i;
            await TestPatience.UntilAsync(() => _time.Timers >= wanted);
            step.Release();
            await TestPatience.UntilAsync(() => Volatile.Read(ref seen)?.Entries >= wanted);
            _time.Advance(watch.Patience);
        }

        await TestPatience.UntilAsync(() => watch.UsageOf(One) is not null);
    }

    [Fact]
    public async Task Layer_that_cannot_be_measured_has_no_figure_any_more()
    {
        var isGone = false;
        await using var watch = Watch((_, _, _) => isGone ? throw new IOException("gone") : Looked());
        await FollowAsync(watch, One);
        isGone = true;
        _time.Advance(LayerWatch.LeastPeriod);

        await FollowAsync(watch, One);

        Assert.Null(watch.UsageOf(One));
    }

    [Fact]
    public async Task Layer_that_is_not_followed_is_forgotten()
    {
        await using var watch = Watch((_, _, _) => Looked());
        await FollowAsync(watch, One);

        await FollowAsync(watch, Two);

        Assert.Null(watch.UsageOf(One));
        Assert.Equal(Usage, watch.UsageOf(Two));
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_layer_that_hangs()
    {
        using var release = new ManualResetEventSlim();
        using var hangs = new ManualResetEventSlim();
        var watch = Watch((_, _, _) =>
        {
            hangs.Set();
            release.Wait(CancellationToken.None);
            return Looked();
        });
        watch.Follow(new HashSet<LayerDirectories> { One });
        Assert.True(hangs.Wait(TestPatience.Most));

        await watch.DisposeAsync().AsTask().WaitAsync(TestPatience.Most);

        release.Set();
        await TestPatience.UntilAsync(() => Volatile.Read(ref _looks) == 1);
    }

    private LayerUsage Looked()
    {
        Interlocked.Increment(ref _looks);
        return Usage;
    }

    private LayerWatch Watch(LayerMeasure measure) => new(measure, _time, NullLogger.Instance);

    private static async Task FollowAsync(LayerWatch watch, LayerDirectories layer)
    {
        watch.Follow(new HashSet<LayerDirectories> { layer });
        await watch.Round.WaitAsync(TestPatience.Most);
    }

    /// <summary>Tells how often somebody began to wait, so that time goes on only when somebody does.</summary>
    private sealed class CountingTime() : FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000))
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
