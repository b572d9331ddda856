using System.Text.Json;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;
using Touchline.Scraping.Discovery;

namespace Touchline.Scraping.Loops;

/// <summary>
/// One entry of scrape_configs at work: its targets and their loops. Every member is called under the scraper's lock, apart from the
/// discovery task, which takes it.
/// </summary>
internal sealed class ScrapeJob
{
    private readonly ScrapeEnvironment _environment;
    private readonly Dictionary<TargetKey, ScrapeLoop> _loops = [];
    private ScrapeConfig _config;
    private string _settings;
    private ScrapeClient _client;
    private List<FileDiscovery> _discoveries = [];
    private List<IRemoteDiscovery> _remote = [];
    private List<DroppedTarget> _dropped = [];
    private readonly Dictionary<int, string> _stepTexts = [];
    private List<TargetSnapshot> _unusable = [];
    private List<Target> _pending = [];

    public ScrapeJob(ScrapeConfig config, ScrapeEnvironment environment)
    {
        _environment = environment;
        _config = config;
        _settings = LoopSettings.Of(config);
        _client = new ScrapeClient(config, _environment.Time);
        _remote = CreateRemote();
        Discover();
    }

    public IEnumerable<TargetSnapshot> Targets => _loops.Values.Select(l => l.Snapshot).Concat(_unusable).OrderBy(t => t.ScrapeUrl, StringComparer.Ordinal);

    public IReadOnlyList<DroppedTarget> Dropped => _dropped;

    /// <summary>How many targets relabelling dropped, those that keep_dropped_targets forgets among them.</summary>
    public int DroppedCount { get; private set; }

    /// <summary>How each way of finding targets does, in the order of the configuration; those that are written out in it are left out.</summary>
    public IEnumerable<DiscoverySnapshot> Discoveries =>
    [
        .. _discoveries.Select(d => Snapshot(d.Health, d.Groups)),
        .. _remote.Select(d => Snapshot(d.Health, d.Groups)),
    ];

    public IEnumerable<ScrapeLoop> Loops => _loops.Values;

    /// <summary>How often the files of file_sd_configs are looked at, null where there are none.</summary>
    public TimeSpan? PollInterval => _discoveries.Count == 0 ? null : _discoveries.Min(d => d.PollInterval);

    /// <summary>What is asked over the network for targets, each by a task of its own.</summary>
    public IReadOnlyList<IRemoteDiscovery> RemoteDiscoveries => _remote;

    /// <summary>The job goes: nothing is asked for its targets any more.</summary>
    public void EndDiscovery() => _remote = [];

    /// <summary>Takes over a changed configuration and stops the loops that it has no use for; <see cref="StartNew"/> follows.</summary>
    public void Reconfigure(ScrapeConfig config, ICollection<ScrapeLoop> stopped)
    {
        var settings = LoopSettings.Of(config);
        var before = _config;
        _config = config;
        if (settings != _settings)
        {
            _settings = settings;
            StopAll(stopped);
            _client = new ScrapeClient(config, _environment.Time);
        }
        if (RemoteSettings(before) != RemoteSettings(config))
        {
            _remote = CreateRemote();
        }
        // Discoveries that stay keep what they know, in case a file is half written just now.
        if (JsonSerializer.Serialize(before.FileDiscoveryConfigs) == JsonSerializer.Serialize(config.FileDiscoveryConfigs))
        {
            RefreshFiles();
        }
        else
        {
            Discover();
        }
        FindTargets(stopped);
    }

    /// <summary>Looks at the files of file_sd_configs; true where targets may have changed.</summary>
    public bool RefreshFiles()
    {
        var changed = false;
        foreach (var discovery in _discoveries)
        {
            changed |= discovery.Refresh();
        }
        return changed;
    }

    /// <summary>Works out the targets and stops the loops of those that are gone; <see cref="StartNew"/> follows.</summary>
    public void FindTargets(ICollection<ScrapeLoop> stopped)
    {
        var found = new Dictionary<TargetKey, Target>();
        _dropped = [];
        _stepTexts.Clear();
        DroppedCount = 0;
        _unusable = [];
        foreach (var group in _config.StaticConfigs.Concat(_discoveries.SelectMany(d => d.Groups)).Concat(_remote.SelectMany(d => d.Groups)))
        {
            foreach (var address in group.Targets)
            {
                Add(TargetFactory.Create(_config, address, group.Labels), found);
            }
        }
        foreach (var (key, loop) in _loops)
        {
            if (!found.ContainsKey(key))
            {
                loop.Stop();
                stopped.Add(loop);
                _loops.Remove(key);
            }
        }
        _pending = [.. found.Values.Where(t => !_loops.ContainsKey(t.Key))];
    }

    /// <summary>Starts the loops of targets that have none.</summary>
    /// <param name="ended">Stopped loops whose series may be gone on with, by labels; one that is gone on with is taken out.</param>
    public void StartNew(Dictionary<Labels, ScrapeLoop> ended, CancellationToken shutdown)
    {
        var fresh = new List<ScrapeLoop>();
        foreach (var target in _pending)
        {
            var loop = new ScrapeLoop(_config, target, _client, _environment);
            _loops.Add(target.Key, loop);
            fresh.Add(loop);
        }
        _pending = [];
        var tooMany = _config.TargetLimit > 0 && _loops.Count > _config.TargetLimit
            ? $"target_limit exceeded (number of targets: {_loops.Count}, limit: {_config.TargetLimit})"
            : null;
        // Those that are over the limit are named and not scraped; the others were asked for and go on.
        var allowed = _config.OnLimit == LimitAction.DropTarget && tooMany is not null ? 0 : _config.TargetLimit;
        foreach (var (index, loop) in _loops.Values.OrderBy(l => l.Target.Key.Url, StringComparer.Ordinal).Index())
        {
            loop.ForcedError = index < allowed ? null : tooMany;
        }
        foreach (var loop in fresh)
        {
            ended.Remove(loop.Target.Labels, out var predecessor);
            loop.Start(predecessor, shutdown);
        }
    }

    public void StopAll(ICollection<ScrapeLoop> stopped)
    {
        foreach (var loop in _loops.Values)
        {
            loop.Stop();
            stopped.Add(loop);
        }
        DisposeClientAfter([.. _loops.Values]);
        _loops.Clear();
    }

    private static string RemoteSettings(ScrapeConfig config) =>
        JsonSerializer.Serialize(config.HttpDiscoveryConfigs) + JsonSerializer.Serialize(config.DnsDiscoveryConfigs)
        + JsonSerializer.Serialize(config.DockerDiscoveryConfigs) + JsonSerializer.Serialize(config.ConsulDiscoveryConfigs)
        + JsonSerializer.Serialize(config.KubernetesDiscoveryConfigs) + JsonSerializer.Serialize(config.DockerSwarmDiscoveryConfigs)
        + JsonSerializer.Serialize(config.Ec2DiscoveryConfigs);

    private List<IRemoteDiscovery> CreateRemote() =>
    [
        .. _config.HttpDiscoveryConfigs.Select(c => new HttpDiscovery(c, _environment.Logger, _environment.Time)),
        .. _config.DnsDiscoveryConfigs.Select(c => new DnsDiscovery(c, DnsClient.OfSystem(), _environment.Logger, _environment.Time)),
        .. _config.DockerDiscoveryConfigs.Select(c => new DockerDiscovery(c, _environment.Logger, _environment.Time)),
        .. _config.DockerSwarmDiscoveryConfigs.Select(c => new DockerSwarmDiscovery(c, _environment.Logger, _environment.Time)),
        .. _config.Ec2DiscoveryConfigs.Select(c => new Ec2Discovery(c, _environment.Logger, _environment.Time)),
        .. _config.ConsulDiscoveryConfigs.Select(c => new ConsulDiscovery(c, _environment.Logger, _environment.Time)),
        .. _config.KubernetesDiscoveryConfigs.Select(c => new KubernetesDiscovery(c, _environment.Logger, _environment.Time)),
    ];

    private DiscoverySnapshot Snapshot(DiscoveryHealth health, IEnumerable<StaticConfig> groups) => new()
    {
        JobName = _config.JobName,
        Mechanism = health.Mechanism,
        Source = health.Source,
        Addresses = groups.Sum(group => group.Targets.Count),
        LastRefresh = health.LastRefresh,
        LastError = health.LastError,
    };

    private void Discover()
    {
        _discoveries = [.. _config.FileDiscoveryConfigs.Select(c => new FileDiscovery(c, _environment.Logger, _environment.Time))];
        RefreshFiles();
    }

    private void Add(TargetOutcome outcome, Dictionary<TargetKey, Target> found)
    {
        if (outcome.Target is { } target)
        {
            // Two ways to the same target (an address listed twice) are one.
            found.TryAdd(target.Key, target);
        }
        else if (outcome.Error is null)
        {
            DroppedCount++;
            if (_config.KeepDroppedTargets == 0 || _dropped.Count < _config.KeepDroppedTargets)
            {
                _dropped.Add(new DroppedTarget(_config.JobName, outcome.DiscoveredLabels, outcome.DroppedBy, TextOfStep(outcome.DroppedBy)));
            }
        }
        else
        {
            _environment.Logger.LogWarning("Job {Job}: target {Address} cannot be scraped: {Problem}",
                _config.JobName, outcome.DiscoveredLabels[LabelNames.Address], outcome.Error);
            _unusable.Add(new TargetSnapshot
            {
                JobName = _config.JobName,
                ScrapeUrl = outcome.DiscoveredLabels[LabelNames.Address],
                Labels = Labels.Of(LabelNames.Job, _config.JobName),
                DiscoveredLabels = outcome.DiscoveredLabels,
                Health = TargetHealth.Down,
                IsUsable = false,
                LastError = outcome.Error,
            });
        }
    }

    /// <summary>One text for all that a step drops.</summary>
    private string TextOfStep(int step)
    {
        if (!_stepTexts.TryGetValue(step, out var text))
        {
            _stepTexts[step] = text = RelabelStepText.Of(_config.RelabelConfigs[step]);
        }
        return text;
    }

    private void DisposeClientAfter(IReadOnlyList<ScrapeLoop> loops)
    {
        var client = _client;
        _ = Task.WhenAll(loops.Select(l => l.Completion)).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
    }
}
