using Microsoft.Extensions.Time.Testing;

namespace Touchline.Scraping.Tests.Support;

/// <summary>A clock that stands still until it is stepped to the next timer, so that a loop runs tick by tick.</summary>
internal sealed class SteppingTime : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, (DateTimeOffset At, TimeSpan After)> _due = [];

    public SteppingTime()
        : base(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public int PendingTimers
    {
        get
        {
            lock (_lock)
            {
                return _due.Count;
            }
        }
    }

    public DateTimeOffset NextDue
    {
        get
        {
            lock (_lock)
            {
                return _due.Values.Min(d => d.At);
            }
        }
    }

    /// <summary>How many timers were set to run for just so long.</summary>
    public int PendingTimersOf(TimeSpan length)
    {
        lock (_lock)
        {
            return _due.Values.Count(d => d.After == length);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var key = new object();
        // One lock for the timer and its entry, or a step between them would move the timer.
        lock (_lock)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _due.Add(key, (GetUtcNow() + dueTime, dueTime));
            }
            return new TrackedTimer(this, key, base.CreateTimer(
                s =>
                {
                    Forget(key);
                    callback(s);
                },
                state, dueTime, period));
        }
    }

    /// <summary>Waits until something waits for the clock, then moves it there.</summary>
    public async Task StepAsync()
    {
        await Eventually.TrueAsync(() => PendingTimers > 0, "a timer is set");
        lock (_lock)
        {
            if (NextDue > GetUtcNow())
            {
                SetUtcNow(NextDue);
            }
        }
    }

    private void Forget(object key)
    {
        lock (_lock)
        {
            _due.Remove(key);
        }
    }

    private sealed class TrackedTimer(SteppingTime owner, object key, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                owner._due.Remove(key);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    owner._due.Add(key, (owner.GetUtcNow() + dueTime, dueTime));
                }
                return inner.Change(dueTime, period);
            }
        }

        public void Dispose()
        {
            owner.Forget(key);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            owner.Forget(key);
            return inner.DisposeAsync();
        }
    }
}
