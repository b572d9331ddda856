using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>ec2_sd_configs.</summary>
internal static class Ec2DiscoverySection
{
    public static IReadOnlyList<Ec2DiscoveryConfig> Read(ReadingContext context, MappingReader parent, string where)
    {
        var discoveries = new List<Ec2DiscoveryConfig>();
        foreach (var node in context.Sections(parent, "ec2_sd_configs", "[]*aws.EC2SDConfig", "empty or null section in ec2_sd_configs"))
        {
            discoveries.Add(ReadOne(context, context.Section(node, DiscoveryKeys.Ec2), where));
        }
        return discoveries;
    }

    private static Ec2DiscoveryConfig ReadOne(ReadingContext context, MappingReader section, string where)
    {
        var defaults = new Ec2DiscoveryConfig();
        var region = section.Text("region") ?? "";
        if (region.Length == 0)
        {
            // Prometheus asks the metadata service while it reads, and refuses where none answers; reading a file asks nobody here.
            context.Findings.Warning(section["region"] ?? section.Node,
                "region missing: it is asked of the metadata service, which only instances of EC2 have; region: eu-west-1, say, names it");
        }
        return new Ec2DiscoveryConfig
        {
            Region = region,
            Endpoint = ReadEndpoint(context.Findings, section),
            AccessKey = section.Text("access_key") ?? "",
            SecretKey = HttpClientSection.ReadSecret(section, "secret_key"),
            Profile = section.Text("profile") ?? "",
            RoleArn = section.Text("role_arn") ?? "",
            Port = section.Integer("port") ?? defaults.Port,
            Filters = ReadFilters(context, section),
            RefreshIntervalMs = ServiceDiscovery.Interval(section, defaults.RefreshIntervalMs),
            Http = HttpClientSection.Read(context, section, where + "ec2_sd_configs."),
        };
    }

    /// <summary>The URL; https where it has no scheme. One that is none is a warning, as Prometheus starts with it.</summary>
    private static string ReadEndpoint(Findings findings, MappingReader section)
    {
        if (section.Text("endpoint") is not { Length: > 0 } given)
        {
            return "";
        }
        var endpoint = given.Contains("://", StringComparison.Ordinal) ? given : "https://" + given;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            findings.Warning(section["endpoint"]!, $"{QuotedString.Of(given)} is no URL that can be asked: no targets will be found; https://ec2.eu-west-1.amazonaws.com, say");
        }
        return endpoint;
    }

    private static List<Ec2Filter> ReadFilters(ReadingContext context, MappingReader section)
    {
        var filters = new List<Ec2Filter>();
        foreach (var node in context.Sections(section, "filters", "[]*aws.EC2Filter"))
        {
            var filter = context.Section(node, DiscoveryKeys.Ec2Filter);
            var values = filter.Texts("values");
            if (values.Count == 0)
            {
                context.Findings.Error(filter["values"] ?? node, "EC2 SD configuration filter values cannot be empty");
            }
            filters.Add(new Ec2Filter(filter.Text("name") ?? "", values));
        }
        return filters;
    }
}
