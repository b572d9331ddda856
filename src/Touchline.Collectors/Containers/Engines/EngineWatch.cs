using Microsoft.Extensions.Logging;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>What is known from an engine now. Names stay known while it does not answer.</summary>
internal sealed record EngineSnapshot
{
    public static readonly EngineSnapshot Nothing = new();

    /// <summary>Whether it answered the last question.</summary>
    public bool Answers { get; init; }

    /// <summary>Whether there is a socket at all.</summary>
    public bool IsThere { get; init; }

    public IReadOnlyList<EngineContainer> Containers { get; init; } = [];

    /// <summary>By the path of its group, those of which the engine says it.</summary>
    public IReadOnlyDictionary<string, EngineContainer> ByCgroupPath { get; init; } = new Dictionary<string, EngineContainer>();

    /// <summary>By id, those too that the engine has forgotten a short time ago: their groups may still be seen.</summary>
    public IReadOnlyDictionary<string, EngineContainer> ById { get; init; } = new Dictionary<string, EngineContainer>();
}

/// <summary>Asks an engine again and again, away from the collections: one that hangs keeps none of them waiting. Thread-safe.</summary>
internal sealed class EngineWatch : IAsyncDisposable
{
    /// <summary>How long a container is remembered that the engine does not list any more.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private const int MaxRemembered = 10_000;

    private readonly IContainerEngine _engine;
    private readonly ContainerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, DateTimeOffset> _lastListed = new(StringComparer.Ordinal);
    private EngineSnapshot _snapshot = EngineSnapshot.Nothing;
    private Task _running = Task.CompletedTask;
    private string _problem = "";

    public EngineWatch(IContainerEngine engine, ContainerOptions options, TimeProvider time, ILogger logger)
    {
        (_engine, _options, _time, _logger) = (engine, options, time, logger);
    }

    public IContainerEngine Engine => _engine;

    public EngineSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Done when the engine was asked once, whatever it said.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Called once.</summary>
    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        (_engine as IDisposable)?.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.EngineInterval, _time);
        try
        {
            do
            {
                await AskOnceAsync(stop);
                _asked.TrySetResult();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _logger.LogDebug("questions to {Engine} end", _engine.Name);
        }
    }

    internal async Task AskOnceAsync(CancellationToken stop)
    {
        if (!File.Exists(_engine.Socket))
        {
            // Most machines have one engine of those that we know, or none: that is no problem to tell of, unless it was there before.
            Fail(_snapshot.IsThere ? "its socket is gone" : "", isThere: false);
            return;
        }
        using var timeout = new CancellationTokenSource(_options.EngineTimeout, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            Keep(await _engine.ListAsync(patience.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (EngineAbsentException e)
        {
            Fail(_snapshot.IsThere ? e.Message : "", isThere: false);
        }
        catch (OperationCanceledException)
        {
            Fail($"it does not answer within {_options.EngineTimeout.TotalSeconds:0.#} s", isThere: true);
        }
#pragma warning disable CA1031 // Whatever an engine's answer does to us costs its names, and no figure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e.Message, isThere: true);
        }
    }

    private void Keep(IReadOnlyList<EngineContainer> containers)
    {
        var now = _time.GetUtcNow();
        var byId = new Dictionary<string, EngineContainer>(StringComparer.Ordinal);
        foreach (var container in containers)
        {
            byId[container.Id] = container;
            _lastListed[container.Id] = now;
        }
        foreach (var (id, container) in _snapshot.ById)
        {
            if (byId.Count < MaxRemembered && now - _lastListed.GetValueOrDefault(id) < Memory)
            {
                byId.TryAdd(id, container);
            }
        }
        foreach (var id in _lastListed.Keys.Where(id => !byId.ContainsKey(id)).ToList())
        {
            _lastListed.Remove(id);
        }
        if (!_snapshot.Answers)
        {
            _logger.LogInformation("{Engine} {Version} answers on {Socket}: containers have their names from it", _engine.Name, _engine.Version, _engine.Socket);
            _problem = "";
        }
        var byPath = new Dictionary<string, EngineContainer>(StringComparer.Ordinal);
        foreach (var container in containers.Where(container => container.CgroupPath.Length > 0))
        {
            byPath.TryAdd(container.CgroupPath, container);
        }
        Volatile.Write(ref _snapshot, new EngineSnapshot { Answers = true, IsThere = true, Containers = containers, ById = byId, ByCgroupPath = byPath });
    }

    private void Fail(string problem, bool isThere)
    {
        if (problem.Length > 0 && problem != _problem)
        {
            _logger.LogWarning("{Engine} does not answer on {Socket}: {Problem}. Figures go on without it, under the names known so far", _engine.Name, _engine.Socket, problem);
        }
        _problem = problem;
        Volatile.Write(ref _snapshot, _snapshot with { Answers = false, IsThere = isThere });
    }
}
