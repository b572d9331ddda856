using Touchline.Collectors;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Options;
using Touchline.Probes;
using Touchline.RemoteWrite.Sending;
using Touchline.Scraping;
using Touchline.Views;

namespace Touchline.Agent;

/// <summary>Everything that an agent collects, started and stopped as one.</summary>
internal sealed class AgentCollection(
    ServerOptions options,
    Scraper scraper,
    BuiltInTargets builtIn,
    HostCollector host,
    ContainerCollector containers,
    AgentSource self,
    MiddlewareServers middleware,
    Checks checks,
    RemoteWriteSender sender,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly List<CollectionLoop> _loops = [];
    private readonly LateStart _containers = new(time);

    /// <param name="url">Where the agent is reached: its address is the instance of its own series.</param>
    public void Start(string url, PrometheusConfig config)
    {
        // Before anything is collected, so that the remotes get the first samples too.
        sender.Apply(config.RemoteWrites, config.Global.ExternalLabels);
        if (options.CollectHost)
        {
            Watch("node", Environment.MachineName, url + "/metrics/node", host);
        }
        if (options.CollectContainers)
        {
            _containers.Start(() => containers.IsVisible, () => Watch("cadvisor", Environment.MachineName, url + "/metrics/cadvisor", containers));
        }
        if (options.CollectSelf)
        {
            Watch("touchline", new Uri(url).Authority, url + "/metrics", self);
        }
        checks.Apply(checks.Read(config, mayRefuse: false));
        ApplyJobs(config);
    }

    /// <exception cref="InvalidOperationException">The file of checks has mistakes; nothing is changed.</exception>
    public void Apply(PrometheusConfig config)
    {
        checks.Apply(checks.Read(config, mayRefuse: true));
        ApplyJobs(config);
    }

    private void ApplyJobs(PrometheusConfig config)
    {
        middleware.Apply(config.Middleware);
        sender.Apply(config.RemoteWrites, config.Global.ExternalLabels);
        scraper.Apply(config with { ScrapeConfigs = [.. config.ScrapeConfigs.Select(job => JobSettings.Complete(job, options))] });
    }

    public async Task StopAsync()
    {
        await _containers.DisposeAsync();
        await Task.WhenAll([scraper.DisposeAsync().AsTask(), middleware.StopAsync(), checks.StopAsync(), .. _loops.Select(loop => loop.DisposeAsync().AsTask())]);
    }

    private void Watch(string job, string instance, string url, IMetricSource source)
    {
        var interval = TimeSpan.FromMilliseconds(options.CollectorIntervalMs);
        var loop = new CollectionLoop(new CollectionOptions(job, instance, interval), source, sender.Store, time, loggers.CreateLogger<CollectionLoop>());
        builtIn.Add(url, loop);
        _loops.Add(loop);
        loop.Start();
    }
}
