using Touchline.Collectors;
using Touchline.Collectors.Host;
using Touchline.Configuration;
using Touchline.Options;
using Touchline.PromQL;
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
    SelfSource self,
    PushReception push,
    MiddlewareServers middleware,
    IMetricAppendable store,
    IQueryEngine queries,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly List<CollectionLoop> _loops = [];

    /// <summary>The sample application, null where it was not asked for.</summary>
    public DemoApplication? Demo { get; private set; }

    /// <summary>Starts all of it; the server listens already, as its address is the instance of its own series.</summary>
    public void Start()
    {
        if (options.CollectHost)
        {
            Watch("node", Environment.MachineName, "/metrics/node", host);
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
        Apply(configuration.Current);
    }

    /// <summary>Makes the scraped targets those of a configuration, and the sample application where it runs.</summary>
    public void Apply(PrometheusConfig config)
    {
        var jobs = config.ScrapeConfigs.Select(job => job with { ScrapeNativeHistograms = job.ScrapeNativeHistograms ?? options.ScrapeNativeHistograms });
        middleware.Apply(config.Middleware);
        scraper.Apply(config with { ScrapeConfigs = Demo is null ? [.. jobs] : [.. jobs, Demo.Job] });
        queries.Options.DefaultSubqueryStepMs = config.Global.EvaluationIntervalMs;
    }

    /// <summary>Ends all of it; what is under way is finished or given up. Called once.</summary>
    public async Task StopAsync()
    {
        var demo = Demo?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await Task.WhenAll([scraper.DisposeAsync().AsTask(), middleware.StopAsync(), demo, push.StopAsync(), .. _loops.Select(loop => loop.DisposeAsync().AsTask())]);
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
