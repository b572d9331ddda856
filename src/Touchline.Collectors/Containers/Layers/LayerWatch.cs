using Microsoft.Extensions.Logging;

namespace Touchline.Collectors.Containers.Layers;

/// <summary>
/// Measures the disk space of containers away from the collections, one after the other: at most once a minute each, and the less
/// often the longer it takes. One that hangs in the kernel costs its own figure: its thread is left behind, and it is measured again
/// when that has come back. Nothing runs while nobody collects. Thread-safe.
/// </summary>
internal sealed class LayerWatch(LayerMeasure measure, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    public static readonly TimeSpan LeastPeriod = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan MostPeriod = TimeSpan.FromMinutes(20);

    /// <summary>A look that takes a second is taken again after 50: 2 % of a processor for one container.</summary>
    private const int PeriodPerCost = 50;

    /// <summary>Between two looks it rests four times as long as the first took: a fifth of a processor for all containers.</summary>
    private const int RestPerCost = 4;

    /// <summary>A thread hangs behind each.</summary>
    private const int MaxStuck = 16;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<LayerDirectories, State> _layers = [];
    private Task _round = Task.CompletedTask;
    private int _stuck;

    /// <summary>How long a look may see no further file before it counts as hanging.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Done when what was due is measured, or hangs.</summary>
    internal Task Round
    {
        get
        {
            lock (_gate)
            {
                return _round;
            }
        }
    }

    /// <summary>What a layer took when it was measured last; null where it was not, or cannot be now.</summary>
    public LayerUsage? UsageOf(LayerDirectories layer)
    {
        lock (_gate)
        {
            return _layers.GetValueOrDefault(layer)?.Usage;
        }
    }

    /// <summary>Forgets all layers but these, and starts to measure those that are due. Does not wait.</summary>
    public void Follow(IReadOnlySet<LayerDirectories> layers)
    {
        lock (_gate)
        {
            foreach (var gone in _layers.Keys.Where(layer => !layers.Contains(layer)).ToList())
            {
                _layers.Remove(gone);
            }
            foreach (var layer in layers)
            {
                _layers.TryAdd(layer, new State(layer) { DueAt = time.GetUtcNow() });
            }
            if (_round.IsCompleted && !_stop.IsCancellationRequested && FindDue() is not null)
            {
                _round = Task.Run(RunRoundAsync);
            }
        }
    }

    /// <summary>Ends the look that is under way; one that hangs is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Round;
    }

    private async Task RunRoundAsync()
    {
        try
        {
            while (TakeDue() is { } layer)
            {
                var cost = await LookAsync(layer);
                await Task.Delay(cost * RestPerCost, time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            logger.LogDebug("looks at containers' disk space end");
        }
    }

    private State? TakeDue()
    {
        lock (_gate)
        {
            return FindDue();
        }
    }

    private State? FindDue()
    {
        var now = time.GetUtcNow();
        return _stuck >= MaxStuck ? null : _layers.Values.Where(layer => !layer.IsStuck && layer.DueAt <= now).MinBy(layer => layer.DueAt);
    }

    /// <summary>Gives how long it took.</summary>
    private async Task<TimeSpan> LookAsync(State layer)
    {
        var started = time.GetTimestamp();
        var progress = new LayerProgress();
        var work = Task.Factory.StartNew(() => measure(layer.Directories, progress, _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!work.IsCompleted)
        {
            var before = progress.Entries;
            await Task.WhenAny(work, Task.Delay(Patience, time, _stop.Token));
            _stop.Token.ThrowIfCancellationRequested();
            if (!work.IsCompleted && progress.Entries == before)
            {
                LeaveBehind(layer, work);
                return TimeSpan.Zero;
            }
        }
        var cost = time.GetElapsedTime(started);
        Note(layer, work, cost);
        return cost;
    }

    private void Note(State layer, Task<LayerUsage> work, TimeSpan cost)
    {
        if (work.Exception is { } problem)
        {
            logger.LogDebug("the disk space in {Directory} is not known: {Problem}", layer.Directories.Writable, problem.InnerException!.Message);
        }
        lock (_gate)
        {
            layer.Usage = work.IsCompletedSuccessfully ? work.Result : null;
            layer.Failures = work.IsCompletedSuccessfully ? 0 : Math.Min(layer.Failures + 1, 10);
            layer.DueAt = time.GetUtcNow() + PeriodAfter(cost, layer.Failures);
        }
    }

    /// <summary>By what it cost; after failures twice as long each time.</summary>
    private static TimeSpan PeriodAfter(TimeSpan cost, int failures)
    {
        var period = TimeSpan.FromTicks(Math.Max(cost.Ticks * PeriodPerCost, LeastPeriod.Ticks << failures));
        return period < MostPeriod ? period : MostPeriod;
    }

    private void LeaveBehind(State layer, Task work)
    {
        logger.LogWarning("looking at {Directory} hangs: how much disk space its container takes is not known", layer.Directories.Writable);
        lock (_gate)
        {
            (layer.Usage, layer.IsStuck) = (null, true);
            _stuck++;
        }
        _ = work.ContinueWith(ComeBack, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        void ComeBack(Task done)
        {
            // Whatever it brought is as old as the hanging was long.
            _ = done.Exception;
            lock (_gate)
            {
                layer.IsStuck = false;
                layer.DueAt = time.GetUtcNow() + LeastPeriod;
                _stuck--;
            }
        }
    }

    /// <summary>Touched under the lock only.</summary>
    private sealed class State(LayerDirectories directories)
    {
        public LayerDirectories Directories { get; } = directories;

        public LayerUsage? Usage { get; set; }

        public DateTimeOffset DueAt { get; set; }

        public int Failures { get; set; }

        public bool IsStuck { get; set; }
    }
}
