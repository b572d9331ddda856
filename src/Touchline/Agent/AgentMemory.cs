using System.Runtime;
using Touchline.RemoteWrite.Sending.Passing;

namespace Touchline.Agent;

/// <summary>Keeps an agent small: it lives beside what it watches, and has all the time it needs. docs/benchmarks.md has what each is worth.</summary>
internal sealed class AgentMemory(PassingStore store, TimeProvider time) : IAsyncDisposable
{
    /// <summary>What is made at start and at reloads is garbage for good soon after.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Prometheus's figure for series that an agent has no sample of any more.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(2);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start()
    {
        // Without a thread that collects beside others, which has a heap of bookkeeping of its own.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        _running = Task.Run(() => TrimAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task TrimAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                // Each time, because neighbours of what is touched come back too: of 39 MiB 14 were touched in 45 s (benchmarks/agent).
                GiveBackFilePages();
                store.ForgetBefore((time.GetUtcNow() - ForgetAfter).ToUnixTimeMilliseconds());
                // A few megabytes are walked in a few milliseconds, and their pages given back.
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private static void GiveBackFilePages()
    {
        try
        {
            FilePages.GiveBack();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            return; // Where that cannot be asked for, it takes more memory.
        }
    }
}
