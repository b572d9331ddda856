using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>
/// <c>scrape_protocols</c> and <c>fallback_scrape_protocol</c>, checked as Prometheus does. The first has no effect here, since every format is
/// read whatever was asked for.
/// </summary>
internal static class ScrapeProtocols
{
    private static readonly string[] Known =
        ["OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusProto", "PrometheusText0.0.4", "PrometheusText1.0.0"];

    public static void Check(Findings findings, MappingReader section)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var items = section.Items("scrape_protocols", "[]config.ScrapeProtocol");
        if (items.Count == 0 && section["scrape_protocols"] is SequenceNode empty)
        {
            findings.Error(empty, "scrape_protocols cannot be empty; leave the key out for the default");
        }
        foreach (var item in items)
        {
            CheckOne(findings, item);
            if (item is ScalarNode scalar && !seen.Add(scalar.Value))
            {
                findings.Error(item, $"duplicated protocol in scrape_protocols: {scalar.Value}");
            }
        }
        if (section["fallback_scrape_protocol"] is { } fallback)
        {
            CheckOne(findings, fallback);
        }
    }

    private static void CheckOne(Findings findings, ConfigNode node)
    {
        var name = (node as ScalarNode)?.Value ?? node.Tag;
        if (!Known.Contains(name))
        {
            var hint = Spelling.Closest(name, Known) is { } close ? $"; did you mean {close}?" : "";
            findings.Error(node, $"unknown scrape protocol {name}, supported: [{string.Join(' ', Known)}]{hint}");
        }
    }
}

/// <summary>The keys on names outside the classic alphabet.</summary>
internal static class NameSchemes
{
    private static readonly string[] Escapings = ["allow-utf-8", "underscores", "dots", "values"];

    public static void Check(ReadingContext context, MappingReader section, string where)
    {
        if (section.Text("metric_name_validation_scheme") is { Length: > 0 } validation)
        {
            if (validation is not ("utf8" or "legacy"))
            {
                context.Findings.Error(section["metric_name_validation_scheme"]!,
                    $"unknown name validation method, must be either '', 'legacy' or 'utf8', got {validation}");
            }
            else if (validation == "legacy")
            {
                context.NotHonoured(section, where, "metric_name_validation_scheme");
            }
        }
        if (section.Text("metric_name_escaping_scheme") is { Length: > 0 } escaping)
        {
            if (!Escapings.Contains(escaping))
            {
                context.Findings.Error(section["metric_name_escaping_scheme"]!,
                    $"unknown name escaping method, must be one of {string.Join(", ", Escapings)}, got {escaping}");
            }
            else if (escaping != "allow-utf-8")
            {
                context.NotHonoured(section, where, "metric_name_escaping_scheme");
            }
        }
    }
}

/// <summary>The keys on native histograms: scrapes do not carry them here yet.</summary>
internal static class HistogramKeys
{
    public static void Check(ReadingContext context, MappingReader section, string where)
    {
        foreach (var key in (string[])["scrape_native_histograms", "convert_classic_histograms_to_nhcb"])
        {
            if (section.Boolean(key, absent: false))
            {
                context.NotHonoured(section, where, key);
            }
        }
        // Classic histograms are always scraped, which is all that this key can ask for.
        section.Boolean("always_scrape_classic_histograms", absent: false);
    }
}
