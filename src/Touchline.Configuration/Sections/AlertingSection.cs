using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The <c>alerting</c> section: which Alertmanagers are told.</summary>
internal static class AlertingSection
{
    /// <summary>The <c>host:port</c> of every statically configured Alertmanager.</summary>
    public static IReadOnlyList<string> Read(ReadingContext context, MappingNode? node)
    {
        if (node is null)
        {
            return [];
        }
        var section = context.Section(node, PrometheusKeys.Alerting);
        RelabelSection.Read(context, section, "alert_relabel_configs", "alert");
        context.NotHonoured(section, "alerting.", "alert_relabel_configs");
        var targets = new List<string>();
        foreach (var item in context.Sections(section, "alertmanagers", "[]*config.AlertmanagerConfig"))
        {
            var before = context.Findings.ErrorCount;
            var found = ReadOne(context, context.Section(item, PrometheusKeys.Alertmanager));
            if (context.Findings.ErrorCount == before)
            {
                targets.AddRange(found);
            }
        }
        return targets;
    }

    private static IEnumerable<string> ReadOne(ReadingContext context, MappingReader section)
    {
        const string Where = "alerting.alertmanagers.";
        if (section.Text("api_version") is { Length: > 0 } version && version != "v2")
        {
            context.Findings.Error(section["api_version"]!, $"expected Alertmanager api version to be one of [v2] but got {version}");
        }
        if (section.Text("scheme") is not (null or "" or "http"))
        {
            context.NotHonoured(section, Where, "scheme");
        }
        section.Duration("timeout");
        if (section["relabel_configs"] is null)
        {
            TargetGroups.RejectUrls(context, section);
        }
        RelabelSection.Read(context, section, "relabel_configs", "Alertmanager target");
        RelabelSection.Read(context, section, "alert_relabel_configs", "Alertmanager alert");
        HttpClientSection.Read(context, section, Where);
        context.NotHonoured(section, Where,
            ["path_prefix", "timeout", "sigv4", "relabel_configs", "alert_relabel_configs", "basic_auth", "authorization", "bearer_token",
                "bearer_token_file", "tls_config", "proxy_url", .. DiscoveryKeys.Supported.Where(key => key != "static_configs"), .. PrometheusKeys.OtherDiscoveries]);
        TargetGroups.ReadFileDiscovery(context, section);
        return TargetGroups.ReadStatic(context, section).SelectMany(group => group.Targets);
    }
}
