using Microsoft.Extensions.Logging;
using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// dockerswarm_sd_configs: the services, tasks or nodes that a manager of a swarm lists. Labels as in Prometheus's discovery of that name.
/// Source of the questions: Docker Engine API, "ServiceList", "TaskList", "NodeList" and "NetworkList".
/// </summary>
internal sealed class DockerSwarmDiscovery : PolledDiscovery
{
    private readonly DockerSwarmDiscoveryConfig _config;
    private readonly DockerDaemon _manager;

    public DockerSwarmDiscovery(DockerSwarmDiscoveryConfig config, ILogger logger, TimeProvider time)
        : base(config.RefreshIntervalMs, time)
    {
        _config = config;
        _manager = new DockerDaemon(config.Host, config.Http, time);
        Health = new DiscoveryHealth("dockerswarm_sd_configs", $"{config.Role.ToString().ToLowerInvariant()} of {_manager.Shown}", logger, time);
    }

    public override DiscoveryHealth Health { get; }

    public override void Dispose() => _manager.Dispose();

    /// <summary>Filters are for the list of the role; what its labels are completed from is listed whole.</summary>
    protected override async Task<IReadOnlyList<StaticConfig>> AskAsync(CancellationToken cancellationToken)
    {
        var wanted = _config.Role switch
        {
            DockerSwarmRole.Services => "services",
            DockerSwarmRole.Tasks => "tasks",
            _ => "nodes",
        };
        using var listed = await _manager.ListAsync(wanted, _config.Filters, cancellationToken).ConfigureAwait(false);
        if (_config.Role == DockerSwarmRole.Nodes)
        {
            return DockerSwarmTargets.OfNodes(listed.RootElement, _config.Port);
        }
        using var networks = await _manager.ListAsync("networks", cancellationToken).ConfigureAwait(false);
        if (_config.Role == DockerSwarmRole.Services)
        {
            return DockerSwarmTargets.OfServices(listed.RootElement, networks.RootElement, _config.Port);
        }
        using var services = await _manager.ListAsync("services", cancellationToken).ConfigureAwait(false);
        using var nodes = await _manager.ListAsync("nodes", cancellationToken).ConfigureAwait(false);
        return DockerSwarmTargets.OfTasks(listed.RootElement, services.RootElement, nodes.RootElement, networks.RootElement, _config.Port);
    }
}
