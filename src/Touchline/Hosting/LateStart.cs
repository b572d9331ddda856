namespace Touchline.Hosting;

/// <summary>
/// Starts watching something once there is something to watch, which may be long after Touchline itself was started: an engine is
/// installed, a hierarchy of control groups is mounted.
/// </summary>
internal sealed class LateStart(TimeProvider time) : IAsyncDisposable
{
    /// <summary>How often it is looked for.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _waiting = Task.CompletedTask;

    /// <summary>Starts at once where it is there. Called once.</summary>
    /// <param name="isThere">Whether there is something to watch; must not throw.</param>
    /// <param name="start">Called once, here or later on another thread, never after <see cref="DisposeAsync"/> is done.</param>
    public void Start(Func<bool> isThere, Action start)
    {
        if (isThere())
        {
            start();
            return;
        }
        _waiting = Task.Run(() => WaitAsync(isThere, start));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _waiting;
    }

    private async Task WaitAsync(Func<bool> isThere, Action start)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            while (!isThere());
            start();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Touchline ends, and it never came.
            return;
        }
    }
}
