using System.Text.Json;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// docker_sd_configs: the containers that a daemon lists, each once for each of its networks and TCP ports. Labels as in Prometheus's
/// discovery of that name. Source of the questions: Docker Engine API, "ContainerList" and "NetworkList".
/// </summary>
internal sealed class DockerDiscovery : PolledDiscovery
{
    private const string Prefix = LabelNames.MetaPrefix + "docker_";

    private readonly DockerDiscoveryConfig _config;
    private readonly DockerDaemon _daemon;

    public DockerDiscovery(DockerDiscoveryConfig config, ILogger logger, TimeProvider time)
        : base(config.RefreshIntervalMs, time)
    {
        _config = config;
        _daemon = new DockerDaemon(config.Host, config.Http, time);
        Health = new DiscoveryHealth("docker_sd_configs", _daemon.Shown, logger, time);
    }

    public override DiscoveryHealth Health { get; }

    public override void Dispose() => _daemon.Dispose();

    protected override async Task<IReadOnlyList<StaticConfig>> AskAsync(CancellationToken cancellationToken)
    {
        using var containers = await _daemon.ListAsync("containers/json", _config.Filters, cancellationToken).ConfigureAwait(false);
        using var networks = await _daemon.ListAsync("networks", cancellationToken).ConfigureAwait(false);
        return new DockerTargets(_config, containers.RootElement, networks.RootElement).All();
    }

    /// <summary>The targets of one answer.</summary>
    private sealed class DockerTargets(DockerDiscoveryConfig config, JsonElement containers, JsonElement networks)
    {
        private readonly Dictionary<string, JsonElement> _byId = ById(containers);
        private readonly Dictionary<string, MetaLabels> _networks = DockerDaemon.NetworkLabels(networks, Prefix);
        private readonly List<StaticConfig> _targets = [];

        public IReadOnlyList<StaticConfig> All()
        {
            foreach (var container in containers.EnumerateArray())
            {
                Add(container);
            }
            return _targets;
        }

        private static Dictionary<string, JsonElement> ById(JsonElement containers)
        {
            var byId = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var container in containers.EnumerateArray())
            {
                byId[container.Text("Id")] = container;
            }
            return byId;
        }

        private void Add(JsonElement container)
        {
            var name = container.Items("Names").FirstOrDefault();
            if (name.ValueKind != JsonValueKind.String)
            {
                return;
            }
            var common = new MetaLabels(Prefix)
                .Set("container_id", container.Text("Id"))
                .Set("container_name", name.GetString())
                .Set("container_network_mode", container.Text("HostConfig", "NetworkMode"))
                .SetEach("container_label_", container.At("Labels"));
            foreach (var network in NetworksOf(container))
            {
                AddIn(network.Value, container, common);
            }
        }

        /// <summary>The networks that a container is in, by name; those of another container whose network it shares.</summary>
        private IEnumerable<JsonProperty> NetworksOf(JsonElement container)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var owner = container;
            while (!owner.Members("NetworkSettings", "Networks").Any()
                && owner.Text("HostConfig", "NetworkMode") is var mode && mode.StartsWith("container:", StringComparison.Ordinal)
                && seen.Add(mode) && _byId.TryGetValue(mode["container:".Length..], out var shared))
            {
                owner = shared;
            }
            var networks = owner.Members("NetworkSettings", "Networks").Where(network => network.Value.IsThere()).OrderBy(network => network.Name, StringComparer.Ordinal);
            return config.MatchFirstNetwork ? networks.Take(1) : networks;
        }

        private void AddIn(JsonElement network, JsonElement container, MetaLabels common)
        {
            var ip = network.Text("IPAddress");
            var labels = new MetaLabels(Prefix).Set("network_ip", ip).Merge(common);
            if (_networks.TryGetValue(network.Text("NetworkID"), out var ofNetwork))
            {
                labels.Merge(ofNetwork);
            }
            var hasPort = false;
            foreach (var port in container.Items("Ports").Where(port => port.Text("Type") == "tcp"))
            {
                hasPort = true;
                var own = labels.Copy().Set("port_private", port.Text("PrivatePort"));
                if (port.Number("PublicPort") > 0)
                {
                    own.Set("port_public", port.Text("PublicPort")).Set("port_public_ip", port.Text("IP"));
                }
                _targets.Add(own.Target(MetaLabels.Join(ip, port.Number("PrivatePort"))));
            }
            if (!hasPort)
            {
                var isOfHost = container.Text("HostConfig", "NetworkMode") == "host";
                _targets.Add(labels.Target(isOfHost ? config.HostNetworkingHost : MetaLabels.Join(ip, config.Port)));
            }
        }
    }
}
