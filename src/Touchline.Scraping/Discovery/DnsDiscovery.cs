using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>dns_sd_configs: names whose records are targets. Labels as in Prometheus's discovery of that name.</summary>
internal sealed class DnsDiscovery(DnsDiscoveryConfig config, DnsClient client, ILogger logger, TimeProvider time) : IRemoteDiscovery
{
    private const string Prefix = LabelNames.MetaPrefix + "dns_";

    private readonly Dictionary<string, List<StaticConfig>> _groups = new(StringComparer.Ordinal);

    public TimeSpan Interval => TimeSpan.FromMilliseconds(config.RefreshIntervalMs);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public DiscoveryHealth Health { get; } = new("dns_sd_configs", string.Join(", ", config.Names), logger, time);

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        foreach (var name in config.Names)
        {
            try
            {
                var records = await client.LookUpAsync(name, config.Type, cancellationToken).ConfigureAwait(false);
                _groups[name] = [.. records.Select(record => Group(name, record)).DistinctBy(group => group.Targets[0]).OrderBy(group => group.Targets[0], StringComparer.Ordinal)];
                Health.Succeeded(name);
            }
            catch (IOException e)
            {
                Health.Failed($"{name}: {e.Message}", name);
            }
        }
        List<StaticConfig> groups = [.. config.Names.Distinct().SelectMany(name => _groups.GetValueOrDefault(name) ?? [])];
        var changed = !groups.Select(Identity).SequenceEqual(Groups.Select(Identity));
        Groups = groups;
        return changed;
    }

    public void Dispose() => _groups.Clear();

    private static (string Address, Labels Labels) Identity(StaticConfig group) => (group.Targets[0], group.Labels);

    private StaticConfig Group(string name, DnsRecord record)
    {
        // A host's last dot is kept in the labels, as in the record, and is no part of an address.
        var host = record.Host.TrimEnd('.');
        var port = config.Type == "SRV" ? record.Port : config.Port;
        var labels = new LabelsBuilder().Set(Prefix + "name", name);
        switch (config.Type)
        {
            case "SRV":
                labels.Set(Prefix + "srv_record_target", record.Host).Set(Prefix + "srv_record_port", $"{record.Port}");
                break;
            case "MX":
                labels.Set(Prefix + "mx_record_target", record.Host);
                break;
            case "NS":
                labels.Set(Prefix + "ns_record_target", record.Host);
                break;
        }
        return new StaticConfig([host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}"], labels.ToLabels());
    }
}
