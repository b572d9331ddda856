using System.Diagnostics;

namespace Touchline.Collectors.Host;

/// <summary>
/// Runs work that may hang in the kernel (a dead network mount, a device that does not answer), where no cancellation reaches it:
/// work that does not come back in time is left behind with its thread, and the next work gets another one. Used by one thread.
/// </summary>
internal sealed class GuardedThread(string name) : IDisposable
{
    /// <summary>How often progress is looked at.</summary>
    private static readonly TimeSpan MostSlice = TimeSpan.FromMilliseconds(50);

    private Lane? _lane;

    /// <summary>False where the work was still running after the time given. It must not throw.</summary>
    /// <param name="progress">How far the work is: the time counts from the last change of it.</param>
    public bool TryRun(Action work, TimeSpan timeout, Func<int>? progress = null)
    {
        var lane = _lane ??= new Lane(name);
        var slice = progress is null || timeout < MostSlice ? timeout : MostSlice;
        var before = progress?.Invoke();
        // Counted in time that has passed rather than in slices, each of which takes longer where the machine is busy.
        var since = Stopwatch.GetTimestamp();
        lane.Start(work);
        while (!lane.IsDone(slice))
        {
            var now = progress?.Invoke();
            if (now != before)
            {
                (before, since) = (now, Stopwatch.GetTimestamp());
            }
            else if (progress is null || Stopwatch.GetElapsedTime(since) >= timeout)
            {
                Leave(lane);
                return false;
            }
        }
        return true;
    }

    public void Dispose()
    {
        _lane?.Leave();
        _lane = null;
    }

    private void Leave(Lane lane)
    {
        lane.Leave();
        _lane = null;
    }

    private sealed class Lane
    {
        // The deepest of this work needs a few KB of stack.
        private const int StackBytes = 256 * 1024;

        private readonly SemaphoreSlim _ready = new(0);
        private readonly SemaphoreSlim _done = new(0);
        private Action? _work;

        public Lane(string name) => new Thread(Loop, StackBytes) { IsBackground = true, Name = name }.Start();

        public void Start(Action work)
        {
            _work = work;
            _ready.Release();
        }

        public bool IsDone(TimeSpan timeout) => _done.Wait(timeout);

        public void Leave() => _ready.Release();

        private void Loop()
        {
            while (true)
            {
                _ready.Wait();
                // Woken without work, it is left. Work that it was given before is done first: not all who leave have waited at all.
                if (Interlocked.Exchange(ref _work, null) is not { } work)
                {
                    return;
                }
                work();
                _done.Release();
            }
        }
    }
}
