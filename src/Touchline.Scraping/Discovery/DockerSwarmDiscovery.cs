using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// dockerswarm_sd_configs: the services, tasks or nodes that a manager of a swarm lists. Labels as in Prometheus's discovery of that name.
/// Source of the questions: Docker Engine API, "ServiceList", "TaskList", "NodeList" and "NetworkList".
/// </summary>
internal sealed class DockerSwarmDiscovery : IRemoteDiscovery
{
    private readonly DockerSwarmDiscoveryConfig _config;
    private readonly TimeProvider _time;
    private readonly DockerDaemon _manager;

    public DockerSwarmDiscovery(DockerSwarmDiscoveryConfig config, ILogger logger, TimeProvider time)
    {
        _config = config;
        _time = time;
        _manager = new DockerDaemon(config.Host, config.Http, time);
        Health = new DiscoveryHealth("dockerswarm_sd_configs", $"{config.Role.ToString().ToLowerInvariant()} of {_manager.Shown}", logger, time);
    }

    public TimeSpan Interval => TimeSpan.FromMilliseconds(_config.RefreshIntervalMs);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public DiscoveryHealth Health { get; }

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timeout = new CancellationTokenSource(Interval, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var groups = await AskAsync(either.Token).ConfigureAwait(false);
            Health.Succeeded();
            var isNew = !StaticConfigs.AreSame(groups, Groups);
            Groups = groups;
            return isNew;
        }
        catch (FetchException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Health.Failed(e.Message);
            return false;
        }
    }

    public void Dispose() => _manager.Dispose();

    /// <summary>Filters are for the list of the role; what its labels are completed from is listed whole.</summary>
    private async Task<IReadOnlyList<StaticConfig>> AskAsync(CancellationToken cancellationToken)
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
