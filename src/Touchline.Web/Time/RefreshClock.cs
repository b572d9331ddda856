namespace Touchline.Web.Time;

/// <summary>
/// Ticks for one browser tab at the interval that its address asks for, and faster while a page waits for its first data. It rests while
/// the tab is hidden. Handlers run on a timer thread, one tick at a time: a slow page is never asked again before it has answered.
/// </summary>
internal sealed class RefreshClock : IDisposable
{
    private static readonly TimeSpan HurriedInterval = TimeSpan.FromSeconds(1);

    private readonly PageState _state;
    private readonly ITimer _timer;
    private int _ticking;
    private bool _hidden;
    private bool _hurried;

    public RefreshClock(PageState state, TimeProvider time)
    {
        _state = state;
        _timer = time.CreateTimer(_ => _ = TickAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _state.Changed += Schedule;
        Schedule();
    }

    public event Func<Task>? Ticked;

    /// <summary>Told by the page in front: it has nothing to show yet and wants to know as soon as there is something.</summary>
    public bool Hurried
    {
        get => _hurried;
        set
        {
            if (_hurried != value)
            {
                _hurried = value;
                Schedule();
            }
        }
    }

    /// <summary>Told by the browser. Coming back ticks at once.</summary>
    public async Task SetHiddenAsync(bool hidden)
    {
        var cameBack = _hidden && !hidden;
        _hidden = hidden;
        Schedule();
        if (cameBack && _state.RefreshInterval is not null)
        {
            await TickAsync();
        }
    }

    /// <summary>Asks everything on the page to load anew.</summary>
    public async Task TickAsync()
    {
        if (Ticked is not { } handlers || Interlocked.Exchange(ref _ticking, 1) == 1)
        {
            return;
        }
        try
        {
            await Task.WhenAll(handlers.GetInvocationList().Cast<Func<Task>>().Select(handler => handler()));
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }
    }

    public void Dispose()
    {
        _state.Changed -= Schedule;
        _timer.Dispose();
    }

    private void Schedule()
    {
        var interval = _state.RefreshInterval switch
        {
            null => Timeout.InfiniteTimeSpan,
            _ when _hidden => Timeout.InfiniteTimeSpan,
            { } asked when _hurried && asked > HurriedInterval => HurriedInterval,
            { } asked => asked,
        };
        _timer.Change(interval, interval);
    }
}
