using Touchline.Collectors.OwnProcess;

namespace Touchline.Hosting;

/// <summary>
/// Gives back memory that only the start needed, as long as the program runs: what is loaded late was not there at the start.
/// docs/benchmarks.md has what it is worth.
/// </summary>
internal sealed class MemoryCare : IAsyncDisposable
{
    private readonly TimeSpan _interval;
    private readonly FilePages _pages;
    private readonly Action _trimHeap;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private MemoryCare(TimeSpan interval, FilePages pages, Action trimHeap, TimeProvider time) =>
        (_interval, _pages, _trimHeap, _time) = (interval, pages, trimHeap, time);

    /// <summary>A server answers as fast as it can: what it touches again stays, and its heap is left to the collector.</summary>
    public static MemoryCare StartOfServer(TimeProvider time)
    {
        var care = new MemoryCare(TimeSpan.FromMinutes(1), new FilePages(PagesGivenBack.Once), () => { }, time);
        care.Start();
        return care;
    }

    /// <summary>An agent lives beside what it watches, and has all the time it needs: even what its start touches comes page by page.</summary>
    /// <param name="trimHeap">Gives back what can be had of the heap, a few milliseconds each time.</param>
    public static MemoryCare StartOfAgent(Action trimHeap, TimeProvider time)
    {
        var care = new MemoryCare(TimeSpan.FromSeconds(20), new FilePages(PagesGivenBack.EachTime), trimHeap, time);
        care.GiveBackPages();
        care.Start();
        return care;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _pages.Dispose();
        _stop.Dispose();
    }

    private void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    private async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                _trimHeap();
                GiveBackPages();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private void GiveBackPages()
    {
        try
        {
            _pages.GiveBack();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or EntryPointNotFoundException or DllNotFoundException)
        {
            return; // Where that cannot be asked for, it takes more memory.
        }
    }
}
