using System.Globalization;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// ec2_sd_configs: the instances of a region that have a private address. Labels as in Prometheus's discovery of that name. Source of the
/// questions: Amazon EC2 API, "DescribeInstances" and "DescribeAvailabilityZones".
/// </summary>
internal sealed class Ec2Discovery(Ec2DiscoveryConfig config, ILogger logger, TimeProvider time) : PolledDiscovery(config.RefreshIntervalMs, time)
{
    /// <summary>Half of what EC2 gives at most: keeps a page of instances with many interfaces and tags below the bounds of an answer.</summary>
    private const int PageSize = 500;

    private const int MostPages = 400;

    private readonly DiscoveryClient _client = new(config.Http, time);
    private readonly Ec2Credentials _credentials = new(config, time);
    private string _region = config.Region;
    private Dictionary<string, string>? _zoneIds;

    public override DiscoveryHealth Health { get; } = new(
        "ec2_sd_configs",
        config.Endpoint.Length == 0 ? (config.Region.Length > 0 ? config.Region : "the region of this instance") : Uri.TryCreate(config.Endpoint, UriKind.Absolute, out var url) ? DiscoveryClient.Shown(url) : "its endpoint",
        logger, time);

    public override void Dispose() => _client.Dispose();

    protected override async Task<IReadOnlyList<StaticConfig>> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskRegionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AwsRefusal e)
        {
            // Whatever was refused, keys that were lent or found may be others by now.
            _credentials.Forget();
            throw new FetchException(e.Message, e);
        }
    }

    private async Task<IReadOnlyList<StaticConfig>> AskRegionAsync(CancellationToken cancellationToken)
    {
        if (_region.Length == 0)
        {
            _region = await AwsCredentialChain.RegionAsync(cancellationToken).ConfigureAwait(false);
        }
        // As in Prometheus, an endpoint that is set is that of both.
        var tokens = new AwsService(_client, "sts", "2011-06-15", _region, config.Endpoint, Time);
        var service = new AwsService(_client, "ec2", "2016-11-15", _region, config.Endpoint, Time);
        var keys = await _credentials.KeysAsync(tokens, cancellationToken).ConfigureAwait(false);
        _zoneIds ??= await ZoneIdsAsync(service, keys, cancellationToken).ConfigureAwait(false);
        var targets = new List<StaticConfig>();
        var next = "";
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await service.AskAsync(keys, "DescribeInstances", Parameters(next), cancellationToken).ConfigureAwait(false);
            AddTargets(page, targets);
            next = Ec2Instance.Text(page, "nextToken");
            if (next.Length == 0)
            {
                return targets;
            }
        }
        throw new FetchException($"DescribeInstances: there are more than {PageSize * MostPages} instances: select fewer with filters");
    }

    /// <summary>The IDs of the zones, by name; null where that is not allowed: there is no label of them then.</summary>
    private static async Task<Dictionary<string, string>?> ZoneIdsAsync(AwsService service, AwsKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            var zones = await service.AskAsync(keys, "DescribeAvailabilityZones", [], cancellationToken).ConfigureAwait(false);
            var ids = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var zone in Ec2Instance.Items(zones, "availabilityZoneInfo"))
            {
                ids[Ec2Instance.Text(zone, "zoneName")] = Ec2Instance.Text(zone, "zoneId");
            }
            return ids;
        }
        catch (AwsRefusal)
        {
            return null;
        }
    }

    private List<(string Name, string Value)> Parameters(string next)
    {
        var parameters = new List<(string Name, string Value)> { ("MaxResults", PageSize.ToString(CultureInfo.InvariantCulture)) };
        foreach (var (at, filter) in config.Filters.Index())
        {
            parameters.Add(($"Filter.{at + 1}.Name", filter.Name));
            parameters.AddRange(filter.Values.Index().Select(value => ($"Filter.{at + 1}.Value.{value.Index + 1}", value.Item)));
        }
        if (next.Length > 0)
        {
            parameters.Add(("NextToken", next));
        }
        return parameters;
    }

    private void AddTargets(XElement page, List<StaticConfig> targets)
    {
        foreach (var reservation in Ec2Instance.Items(page, "reservationSet"))
        {
            foreach (var instance in Ec2Instance.Items(reservation, "instancesSet"))
            {
                if (Ec2Instance.Target(instance, Ec2Instance.Text(reservation, "ownerId"), _region, _zoneIds ?? [], config.Port) is { } target)
                {
                    targets.Add(target);
                }
            }
        }
    }
}
