namespace Touchline.Collectors.Host;

/// <summary>
/// Runs work that may hang in the kernel (a dead network mount, a device that does not answer), where no cancellation reaches it:
/// work that does not come back in time is left behind with its thread, and the next work gets another one. Used by one thread.
/// </summary>
internal sealed class GuardedThread(string name) : IDisposable
{
    private Lane? _lane;

    /// <summary>False where the work was still running after the time given. It must not throw.</summary>
    public bool TryRun(Action work, TimeSpan timeout)
    {
        var lane = _lane ??= new Lane(name);
        if (lane.Run(work, timeout))
        {
            return true;
        }
        lane.Leave();
        _lane = null;
        return false;
    }

    public void Dispose()
    {
        _lane?.Leave();
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

        public bool Run(Action work, TimeSpan timeout)
        {
            _work = work;
            _ready.Release();
            return _done.Wait(timeout);
        }

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
