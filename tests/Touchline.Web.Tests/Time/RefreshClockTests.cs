using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Touchline.Web.Time;

namespace Touchline.Web.Tests.Time;

public sealed class RefreshClockTests : BunitContext
{
    private readonly FakeTimeProvider _time = new();
    private readonly PageState _state;
    private int _ticks;

    public RefreshClockTests()
    {
        _state = new PageState(Services.GetRequiredService<NavigationManager>());
    }

    [Fact]
    public void Ticks_at_the_interval_of_the_address()
    {
        using var clock = Clock();

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, _ticks);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _ticks);
    }

    [Fact]
    public void A_changed_interval_holds_at_once()
    {
        using var clock = Clock();

        _state.SetRefresh("2s");
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, _ticks);
    }

    [Fact]
    public void Off_means_no_tick_even_where_a_page_hurries()
    {
        using var clock = Clock();

        _state.SetRefresh("off");
        clock.Hurried = true;
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(0, _ticks);
    }

    [Fact]
    public void A_page_without_data_is_asked_every_second()
    {
        using var clock = Clock();

        clock.Hurried = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        clock.Hurried = false;
        _time.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(1, _ticks);
    }

    [Fact]
    public async Task A_hidden_tab_rests_and_catches_up_when_it_comes_back()
    {
        using var clock = Clock();

        await clock.SetHiddenAsync(true);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _ticks);
        await clock.SetHiddenAsync(false);

        Assert.Equal(1, _ticks);
    }

    [Fact]
    public async Task A_tick_waits_for_the_one_before_it()
    {
        using var clock = new RefreshClock(_state, _time);
        var busy = new TaskCompletionSource();
        clock.Ticked += () =>
        {
            _ticks++;
            return busy.Task;
        };

        var first = clock.TickAsync();
        await clock.TickAsync();
        Assert.Equal(1, _ticks);
        busy.SetResult();
        await first;
        await clock.TickAsync();

        Assert.Equal(2, _ticks);
    }

    private RefreshClock Clock()
    {
        var clock = new RefreshClock(_state, _time);
        clock.Ticked += () =>
        {
            _ticks++;
            return Task.CompletedTask;
        };
        return clock;
    }
}
