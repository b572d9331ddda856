using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Loops;
using Touchline.Storage;

namespace Touchline.Scraping;

/// <summary>Scrapes what a configuration names, each target in a loop of its own, until disposed. Thread-safe.</summary>
public sealed class Scraper : IAsyncDisposable
{
    /// <summary>What all bodies may take in memory at one time: four of the largest, so that one hostile target starves nobody.</summary>
    private const long BodyBudgetBytes = 1L << 30;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly ScrapeEnvironment _environment;
    private readonly Dictionary<string, RunningJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<Labels, ScrapeLoop> _ending = [];
    private readonly List<ScrapeLoop> _stopped = [];
    private List<string> _order = [];
    private bool _isDisposed;

    /// <param name="store">Where samples go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says what goes wrong.</param>
    /// <param name="labelsTypeAndUnit">Whether series get the type and the unit of their metric as labels <c>__type__</c> and <c>__unit__</c>.</param>
    public Scraper(IMetricAppendable store, TimeProvider time, ILogger<Scraper> logger, bool labelsTypeAndUnit = false) =>
        _environment = new ScrapeEnvironment(store, time, logger, new BodyBudget(BodyBudgetBytes), Statistics, new ScrapeFailureLogs(time, logger), labelsTypeAndUnit);

    /// <summary>Counts over all targets.</summary>
    public ScrapeStatistics Statistics { get; } = new();

    /// <summary>
    /// Makes the running loops those of the configuration. Loops whose target and settings did not change go on undisturbed; those
    /// that are gone end with staleness markers.
    /// </summary>
    public void Apply(PrometheusConfig config)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // 1. Stop what is gone or changed.
            var stopped = new List<ScrapeLoop>();
            var wanted = config.ScrapeConfigs.DistinctBy(c => c.JobName).ToDictionary(c => c.JobName, StringComparer.Ordinal);
            foreach (var (name, running) in _jobs)
            {
                if (!wanted.ContainsKey(name))
                {
                    running.Job.EndDiscovery();
                    running.StopPolling.Cancel();
                    running.Job.StopAll(stopped);
                    _jobs.Remove(name);
                }
            }
            foreach (var (name, job) in wanted)
            {
                if (_jobs.TryGetValue(name, out var running))
                {
                    running.StopPolling.Cancel();
                    running.Job.Reconfigure(job, stopped);
                    _jobs[name] = running with { StopPolling = NewPolling() };
                }
                else
                {
                    var fresh = new ScrapeJob(job, _environment);
                    fresh.FindTargets(stopped);
                    _jobs.Add(name, new RunningJob(fresh, NewPolling(), Task.CompletedTask));
                }
            }
            _order = [.. wanted.Keys];
            Remember(stopped);
            // 2. Start what is new, after all is stopped, so that a target that moved to another job goes on with its series.
            foreach (var name in _order)
            {
                var (job, polling, asking) = _jobs[name];
                job.StartNew(_ending, _shutdown.Token);
                if (job.PollInterval is { } interval)
                {
                    _ = PollAsync(job, interval, polling.Token);
                }
                // Those that asked so far end first, as a discovery that stays is asked by one at a time.
                var before = asking;
                _jobs[name] = _jobs[name] with { Asking = Task.WhenAll(job.RemoteDiscoveries.Select(d => AskAsync(job, d, before, polling.Token))) };
            }
        }
    }

    /// <summary>Every target, by job in the order of the configuration.</summary>
    public IReadOnlyList<TargetSnapshot> Targets()
    {
        lock (_lock)
        {
            return [.. _order.SelectMany(name => _jobs[name].Job.Targets)];
        }
    }

    public IReadOnlyList<DroppedTarget> DroppedTargets()
    {
        lock (_lock)
        {
            return [.. _order.SelectMany(name => _jobs[name].Job.Dropped)];
        }
    }

    /// <summary>The names of the jobs, in the order of the configuration.</summary>
    public IReadOnlyList<string> Jobs()
    {
        lock (_lock)
        {
            return _order;
        }
    }

    /// <summary>How each discovery of each job does.</summary>
    public IReadOnlyList<DiscoverySnapshot> Discoveries()
    {
        lock (_lock)
        {
            return [.. _order.SelectMany(name => _jobs[name].Job.Discoveries)];
        }
    }

    /// <summary>How many targets relabelling dropped in each job, those that are not remembered among them.</summary>
    public IReadOnlyDictionary<string, int> DroppedCounts()
    {
        lock (_lock)
        {
            return _order.ToDictionary(name => name, name => _jobs[name].Job.DroppedCount);
        }
    }

    /// <summary>Ends every loop within its scrape's cancellation; no staleness markers are written, as the next start goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] loops;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
            foreach (var running in _jobs.Values)
            {
                running.Job.EndDiscovery();
            }
            _shutdown.Cancel();
            var stopped = new List<ScrapeLoop>();
            foreach (var running in _jobs.Values)
            {
                running.Job.StopAll(stopped);
            }
            loops = [.. _stopped.Concat(stopped).Select(l => l.Completion)];
            _jobs.Clear();
            _order = [];
        }
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    private CancellationTokenSource NewPolling() => CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Token);

    /// <summary>Keeps stopped loops in sight until they end: for targets that come back, and for the shutdown to wait for.</summary>
    private void Remember(List<ScrapeLoop> stopped)
    {
        foreach (var loop in _stopped.Where(l => l.Completion.IsCompleted).ToArray())
        {
            _stopped.Remove(loop);
            if (_ending.TryGetValue(loop.Target.Labels, out var ending) && ReferenceEquals(ending, loop))
            {
                _ending.Remove(loop.Target.Labels);
            }
        }
        _stopped.AddRange(stopped);
        foreach (var loop in stopped)
        {
            _ending[loop.Target.Labels] = loop;
        }
    }

    private async Task PollAsync(ScrapeJob job, TimeSpan interval, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, _environment.Time, cancellationToken).ConfigureAwait(false);
                lock (_lock)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (job.RefreshFiles())
                    {
                        FindTargets(job);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            _environment.Logger.LogDebug("Target files are no longer looked at");
        }
    }

    /// <summary>Asks one discovery at its interval, at once for the first time, until the job goes or its configuration is applied anew.</summary>
    private async Task AskAsync(ScrapeJob job, IRemoteDiscovery discovery, Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                if (await RefreshAsync(discovery, cancellationToken).ConfigureAwait(false))
                {
                    lock (_lock)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        FindTargets(job);
                    }
                }
                await Task.Delay(discovery.Interval, _environment.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _environment.Logger.LogDebug("Targets are no longer asked for");
        }
        if (!job.RemoteDiscoveries.Contains(discovery))
        {
            discovery.Dispose();
        }
    }

    private async Task<bool> RefreshAsync(IRemoteDiscovery discovery, CancellationToken cancellationToken)
    {
        try
        {
            return await discovery.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _environment.Logger.LogError(e, "Asking for targets failed unexpectedly; those that are known stay");
            discovery.Health.Failed($"the answer cannot be read: {e.Message}");
            return false;
        }
    }

    private void FindTargets(ScrapeJob job)
    {
        var stopped = new List<ScrapeLoop>();
        job.FindTargets(stopped);
        Remember(stopped);
        job.StartNew(_ending, _shutdown.Token);
    }

    private sealed record RunningJob(ScrapeJob Job, CancellationTokenSource StopPolling, Task Asking);
}
