using Touchline.Collectors.Probes;
using Touchline.Configuration;
using Touchline.Configuration.Probes;
using Touchline.Model;
using Touchline.Options;
using Touchline.Scraping;
using Touchline.Storage;

namespace Touchline.Probes;

/// <summary>The checks that run: one loop for each, kept over a reload where nothing of it has changed. Thread-safe.</summary>
internal sealed class Checks(ProbeRunner runner, IMetricAppendable store, TimeProvider time, ServerOptions options, ILoggerFactory loggers)
{
    private readonly Lock _lock = new();
    private readonly ILogger<Checks> _logger = loggers.CreateLogger<Checks>();
    private IReadOnlyList<CheckLoop> _loops = [];
    private Task _ending = Task.CompletedTask;
    private bool _stopped;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<CheckLoop> Loops => Volatile.Read(ref _loops);

    /// <summary>The checks of the configuration or of their own file.</summary>
    /// <param name="mayRefuse">Whether a file with mistakes is refused as a whole, as there is one in force; else what is good of it runs.</param>
    /// <exception cref="InvalidOperationException">The checks are refused; the message says why.</exception>
    public IReadOnlyList<CheckConfig> Read(PrometheusConfig config, bool mayRefuse)
    {
        if (options.ChecksFile.Length == 0)
        {
            return config.Checks;
        }
        if (config.Checks.Count > 0)
        {
            var both = $"checks stand in {options.ConfigFile} and in {options.ChecksFile}: only one of them can have them";
            if (mayRefuse)
            {
                throw new InvalidOperationException(both);
            }
            _logger.LogError("{Problem}; those of {File} run", both, options.ConfigFile);
            return config.Checks;
        }
        var (checks, findings) = CheckFile.Load(options.ChecksFile);
        foreach (var finding in findings)
        {
            _logger.LogWarning("{Finding}", finding);
        }
        var errors = string.Join("; ", findings.Where(finding => finding.Severity == ConfigSeverity.Error));
        return errors.Length > 0 && mayRefuse ? throw new InvalidOperationException(errors) : checks ?? [];
    }

    /// <summary>Makes the running checks these.</summary>
    public void Apply(IReadOnlyList<CheckConfig> wanted)
    {
        lock (_lock)
        {
            if (!_stopped)
            {
                // Those that take the place of others begin behind the end of these, which closes their series.
                var (gone, fresh) = Prepare(wanted);
                _ending = ReplaceAsync(_ending, gone, fresh);
            }
        }
    }

    /// <summary>Takes the checks over without starting or ending any.</summary>
    internal (List<CheckLoop> Gone, List<CheckLoop> Fresh) Prepare(IReadOnlyList<CheckConfig> wanted)
    {
        var old = _loops.ToDictionary(loop => loop.Config.Name);
        var loops = new List<CheckLoop>();
        var fresh = new List<CheckLoop>();
        foreach (var check in wanted)
        {
            if (old.TryGetValue(check.Name, out var running) && running.Config.Source == check.Source)
            {
                old.Remove(check.Name);
                loops.Add(running);
                continue;
            }
            fresh.Add(new CheckLoop(check, runner, store, time, loggers.CreateLogger<CheckLoop>()));
            loops.Add(fresh[^1]);
        }
        Volatile.Write(ref _loops, loops);
        return ([.. old.Values], fresh);
    }

    /// <summary>Ends all of them. Called once.</summary>
    public async Task StopAsync()
    {
        Task ending;
        lock (_lock)
        {
            _stopped = true;
            ending = _ending;
        }
        await ending;
        await Task.WhenAll(Loops.Select(loop => loop.DisposeAsync().AsTask()));
    }

    /// <summary>The checks in the shape of targets, so that they stand beside them.</summary>
    public IReadOnlyList<TargetSnapshot> Targets() => [.. Loops.Select(Target)];

    private static async Task ReplaceAsync(Task before, List<CheckLoop> gone, List<CheckLoop> fresh)
    {
        await before;
        await Task.WhenAll(gone.Select(loop => loop.RemoveAsync()));
        fresh.ForEach(loop => loop.Start());
    }

    private static TargetSnapshot Target(CheckLoop loop)
    {
        var snapshot = loop.Snapshot;
        var labels = Labels.Of(LabelNames.Instance, loop.Config.Name, LabelNames.Job, CheckLoop.JobName);
        return new TargetSnapshot
        {
            JobName = CheckLoop.JobName,
            ScrapeUrl = loop.Config.Url,
            Labels = labels,
            DiscoveredLabels = labels,
            Health = snapshot.LastProbe is null ? TargetHealth.Unknown : snapshot.LastError.Length == 0 ? TargetHealth.Up : TargetHealth.Down,
            LastError = snapshot.LastError,
            LastScrape = snapshot.LastProbe,
            LastScrapeDurationMs = snapshot.LastDuration.TotalMilliseconds,
            LastSamples = snapshot.LastSamples,
            ScrapeIntervalMs = loop.Config.IntervalMs,
            ScrapeTimeoutMs = loop.Config.TimeoutMs,
        };
    }
}
