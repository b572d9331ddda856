using Touchline.Collectors;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Configuration;
using Touchline.Options;
using Touchline.Probes;
using Touchline.PromQL;
using Touchline.RemoteWrite.Sending;
using Touchline.Scraping;
using Touchline.Storage;
using Touchline.Supervision;
using Touchline.Telemetry;
using Touchline.Views;

namespace Touchline.Hosting;

/// <summary>Everything that fills the store, started and stopped as one.</summary>
internal sealed class Collection(
    ServerOptions options,
    ServerState state,
    RunningConfiguration configuration,
    Scraper scraper,
    BuiltInTargets builtIn,
    HostCollector host,
    ContainerCollector containers,
    SelfSource self,
    PushReception push,
    MiddlewareServers middleware,
    Checks checks,
    IMetricAppendable store,
    RemoteWriteSender sender,
    IQueryEngine queries,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly List<CollectionLoop> _loops = [];
    private readonly LateStart _containers = new(time);

    /// <summary>The sample application, null where it was not asked for.</summary>
    public DemoApplication? Demo { get; private set; }

    /// <summary>Starts all of it; the server listens already, as its address is the instance of its own series.</summary>
    public void Start()
    {
        // Before anything is collected, so that the remotes get the first samples too.
        sender.Apply(configuration.Current.RemoteWrites, configuration.Current.Global.ExternalLabels);
        if (options.CollectHost)
        {
            Watch("node", Environment.MachineName, "/metrics/node", host);
        }
        if (options.CollectContainers)
        {
            _containers.Start(() => containers.IsVisible, () => Watch("cadvisor", Environment.MachineName, "/metrics/cadvisor", containers));
        }
        if (options.CollectSelf)
        {
            Watch("touchline", new Uri(state.Url).Authority, "/metrics", self);
        }
        push.Start();
        foreach (var (job, path, source) in push.Sources)
        {
            Watch(job, new Uri(state.Url).Authority, path, source, honorLabels: true);
        }
        if (options.Demo)
        {
            Demo = DemoApplication.TryStart(options, time, loggers.CreateLogger<DemoApplication>());
        }
        checks.Apply(checks.Read(configuration.Current, mayRefuse: false));
        ApplyJobs(configuration.Current);
    }

    /// <summary>Makes the scraped targets those of a configuration, and the sample application where it runs.</summary>
    /// <exception cref="InvalidOperationException">The file of checks has mistakes; nothing is changed.</exception>
    public void Apply(PrometheusConfig config)
    {
        checks.Apply(checks.Read(config, mayRefuse: true));
        ApplyJobs(config);
    }

    private void ApplyJobs(PrometheusConfig config)
    {
        middleware.Apply(config.Middleware);
        var jobs = config.ScrapeConfigs.Select(job => JobSettings.Complete(job, options));
        sender.Apply(config.RemoteWrites, config.Global.ExternalLabels);
        scraper.Apply(config with { ScrapeConfigs = Demo is null ? [.. jobs] : [.. jobs, Demo.Job] });
        queries.Options.DefaultSubqueryStepMs = config.Global.EvaluationIntervalMs;
    }

    /// <summary>Ends all of it; what is under way is finished or given up. Called once.</summary>
    public async Task StopAsync()
    {
        await _containers.DisposeAsync();
        var demo = Demo?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await Task.WhenAll([scraper.DisposeAsync().AsTask(), middleware.StopAsync(), checks.StopAsync(), demo, push.StopAsync(), .. _loops.Select(loop => loop.DisposeAsync().AsTask())]);
    }

    private void Watch(string job, string instance, string path, IMetricSource source, bool honorLabels = false)
    {
        var interval = TimeSpan.FromMilliseconds(options.CollectorIntervalMs);
        var loop = new CollectionLoop(new CollectionOptions(job, instance, interval, honorLabels), source, store, time, loggers.CreateLogger<CollectionLoop>());
        builtIn.Add(state.Url + path, loop);
        _loops.Add(loop);
        loop.Start();
    }
}
