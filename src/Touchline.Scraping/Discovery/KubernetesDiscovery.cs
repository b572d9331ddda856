using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>kubernetes_sd_configs: the objects of a role, kept up to date by watches. Labels as in Prometheus's discovery of that name.</summary>
/// <param name="config">What is looked for, and where.</param>
/// <param name="logger">Told of problems.</param>
/// <param name="time">The clock.</param>
/// <param name="cluster">Where a pod finds its cluster; null is where Kubernetes puts it.</param>
internal sealed class KubernetesDiscovery(KubernetesDiscoveryConfig config, ILogger logger, TimeProvider time, KubernetesPod? cluster = null) : IRemoteDiscovery
{
    private readonly CancellationTokenSource _end = new();
    private readonly ChangeSignal _changes = new();
    private readonly List<(KubernetesRole Role, KubernetesWatch Watch)> _watches = [];
    private KubernetesClient? _client;

    /// <summary>Changes that come close together are taken together, as making all targets anew costs time with many objects.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(5);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public DiscoveryHealth Health { get; } = new(
        "kubernetes_sd_configs",
        $"{config.Role.ToString().ToLowerInvariant()} of {(config.ApiServer is { } server && Uri.TryCreate(server, UriKind.Absolute, out var url) ? DiscoveryClient.Shown(url) : config.KubeConfigFile ?? "the cluster")}",
        logger, time);

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        if (_watches.Count == 0 && !TryStart())
        {
            return false;
        }
        // Until every list is there targets would lack labels, and relabelling could take them for what they are not.
        do
        {
            await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!_watches.All(watched => watched.Watch.IsListed));
        var groups = new KubernetesTargets(config, role => _watches.Where(watched => watched.Role == role).Select(watched => watched.Watch.Objects)).All();
        var isNew = !StaticConfigs.AreSame(groups, Groups);
        Groups = groups;
        return isNew;
    }

    public void Dispose()
    {
        _end.Cancel();
        _client?.Dispose();
    }

    private bool TryStart()
    {
        KubernetesConnection connection;
        try
        {
            connection = KubernetesConnection.Of(config, cluster ?? KubernetesPod.OfSystem);
        }
        catch (FetchException e)
        {
            Health.Failed(e.Message);
            return false;
        }
        Health.Forget();
        _client = new KubernetesClient(connection, time);
        List<string> names = [.. config.Namespaces, .. config.OwnNamespace ? [connection.OwnNamespace] : Array.Empty<string>()];
        foreach (var resource in KubernetesResource.NeededFor(config))
        {
            var selector = config.Selectors.FirstOrDefault(selector => selector.Role == resource.Role);
            foreach (var path in names.DefaultIfEmpty("").Select(resource.Path).Distinct(StringComparer.Ordinal))
            {
                _watches.Add((resource.Role, new KubernetesWatch(_client, path, selector, Health, _changes, time)));
            }
        }
        foreach (var (_, watch) in _watches)
        {
            _ = Task.Run(() => watch.RunAsync(_end.Token), CancellationToken.None);
        }
        return true;
    }
}
