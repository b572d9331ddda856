using System.Globalization;
using System.Xml.Linq;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>One instance, as DescribeInstances tells of it.</summary>
internal static class Ec2Instance
{
    private const string Prefix = LabelNames.MetaPrefix + "ec2_";

    /// <summary>No instance can have as many interfaces.</summary>
    private const int MostInterfaces = 1_000;

    /// <summary>Null where it has no private address, as those that end or have not begun.</summary>
    /// <param name="zoneIds">The IDs of availability zones, by name.</param>
    public static StaticConfig? Target(XElement instance, string owner, string region, IReadOnlyDictionary<string, string> zoneIds, int port)
    {
        var address = Text(instance, "privateIpAddress");
        if (address.Length == 0)
        {
            return null;
        }
        var zone = Text(instance.Element("placement"), "availabilityZone");
        var labels = new MetaLabels(Prefix)
            .Set("instance_id", Text(instance, "instanceId"))
            .Set("region", region)
            .Set("owner_id", owner)
            .Set("private_ip", address)
            .Set("private_dns_name", Text(instance, "privateDnsName"))
            .Set("platform", Text(instance, "platform"))
            .Set("ami", Text(instance, "imageId"))
            .Set("availability_zone", zone)
            .Set("availability_zone_id", zoneIds.GetValueOrDefault(zone))
            .Set("instance_state", Text(instance.Element("instanceState"), "name"))
            .Set("instance_type", Text(instance, "instanceType"))
            .Set("instance_lifecycle", Text(instance, "instanceLifecycle"))
            .Set("architecture", Text(instance, "architecture"));
        if (Text(instance, "ipAddress") is { Length: > 0 } publicAddress)
        {
            labels.Set("public_ip", publicAddress).Set("public_dns_name", Text(instance, "dnsName"));
        }
        if (Text(instance, "vpcId") is { Length: > 0 } network)
        {
            labels.Set("vpc_id", network).Set("primary_subnet_id", Text(instance, "subnetId"));
            AddInterfaces(labels, Items(instance, "networkInterfaceSet"));
        }
        foreach (var tag in Items(instance, "tagSet"))
        {
            labels.Set("tag_" + MetaLabels.Sanitize(Text(tag, "key")), Text(tag, "value"));
        }
        return labels.Target(MetaLabels.Join(address, port));
    }

    public static IEnumerable<XElement> Items(XElement? parent, string set) => parent?.Element(set)?.Elements("item") ?? [];

    public static string Text(XElement? parent, string name) => parent?.Element(name)?.Value ?? "";

    private static void AddInterfaces(MetaLabels labels, IEnumerable<XElement> interfaces)
    {
        var subnets = new List<string>();
        var addresses = new List<string>();
        var primary = new List<string>();
        foreach (var card in interfaces.Where(card => Text(card, "subnetId").Length > 0).Take(MostInterfaces))
        {
            subnets.Add(Text(card, "subnetId"));
            foreach (var address in Items(card, "ipv6AddressesSet"))
            {
                addresses.Add(Text(address, "ipv6Address"));
                if (Text(address, "isPrimaryIpv6") == "true")
                {
                    SetAt(primary, Text(card.Element("attachment"), "deviceIndex"), Text(address, "ipv6Address"));
                }
            }
        }
        labels.Set("subnet_id", Listed(subnets.Distinct(StringComparer.Ordinal)))
            .Set("ipv6_addresses", addresses.Count > 0 ? Listed(addresses) : "")
            .Set("primary_ipv6_addresses", primary.Count > 0 ? Listed(primary) : "");
    }

    /// <summary>Interfaces without one leave their place empty, so that the place tells the interface.</summary>
    private static void SetAt(List<string> list, string index, string value)
    {
        if (!int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at >= MostInterfaces)
        {
            return;
        }
        while (list.Count <= at)
        {
            list.Add("");
        }
        list[at] = value;
    }

    /// <summary>A comma on both sides, so that an expression need not ask where in the list a value stands.</summary>
    private static string Listed(IEnumerable<string> values) => $",{string.Join(',', values)},";
}
