using Touchline.Collectors;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Options;
using Touchline.Storage;
using Touchline.Views;

namespace Touchline.Hosting;

/// <summary>What is collected by sources of this process, each in a loop of its own: the host, its containers, the process itself, and what others add.</summary>
internal sealed class BuiltInCollection(
    ServerOptions options, BuiltInTargets targets, HostCollector host, ContainerCollector containers, IMetricAppendable store, TimeProvider time, ILoggerFactory loggers)
{
    private readonly List<CollectionLoop> _loops = [];
    private readonly LateStart _containers = new(time);

    /// <param name="url">Where this process is reached: its address is the instance of its own series.</param>
    /// <param name="self">What it says of itself.</param>
    public void Start(string url, IMetricSource self)
    {
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
    }

    /// <param name="url">Where the same figures can be read as text.</param>
    public void Watch(string job, string instance, string url, IMetricSource source, bool honorLabels = false)
    {
        var interval = TimeSpan.FromMilliseconds(options.CollectorIntervalMs);
        var loop = new CollectionLoop(new CollectionOptions(job, instance, interval, honorLabels), source, store, time, loggers.CreateLogger<CollectionLoop>());
        targets.Add(url, loop);
        _loops.Add(loop);
        loop.Start();
    }

    public async Task StopAsync()
    {
        await _containers.DisposeAsync();
        await Task.WhenAll(_loops.Select(loop => loop.DisposeAsync().AsTask()));
    }
}
