using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary><c>scrape_protocols</c> and <c>fallback_scrape_protocol</c>.</summary>
internal static class ScrapeProtocols
{
    private static readonly string[] Known =
        ["OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusProto", "PrometheusText0.0.4", "PrometheusText1.0.0"];

    /// <summary>The list, null where the section has none.</summary>
    /// <param name="of">What the list is of, in words.</param>
    public static IReadOnlyList<string>? Read(Findings findings, MappingReader section, string of)
    {
        var protocols = new List<string>();
        var items = section.Items("scrape_protocols", "[]config.ScrapeProtocol");
        if (items.Count == 0 && section["scrape_protocols"] is SequenceNode empty)
        {
            findings.Error(empty, $"scrape_protocols cannot be empty for {of}; leave the key out for the default");
        }
        foreach (var item in items)
        {
            var name = (item as ScalarNode)?.Value ?? item.Tag;
            if (protocols.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                findings.Error(item, $"duplicated protocol in scrape_protocols, got [{string.Join(' ', items.Select(i => (i as ScalarNode)?.Value))}] for {of}");
            }
            else if (Unknown(name) is { } problem)
            {
                findings.Error(item, $"scrape_protocols: {problem} for {of}");
            }
            else
            {
                protocols.Add(name);
            }
        }
        return protocols.Count == 0 ? null : protocols;
    }

    public static string? ReadFallback(Findings findings, MappingReader section, string of)
    {
        var name = section.Text("fallback_scrape_protocol");
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }
        if (Unknown(name) is not { } problem)
        {
            return name;
        }
        findings.Error(section["fallback_scrape_protocol"]!, $"invalid fallback_scrape_protocol for {of}: {problem}");
        return null;
    }

    private static string? Unknown(string name)
    {
        if (Known.Contains(name))
        {
            return null;
        }
        var hint = Spelling.Closest(name, Known) is { } close ? $"; did you mean {close}?" : "";
        return $"unknown scrape protocol {name}, supported: [{string.Join(' ', Known)}]{hint}";
    }
}

/// <summary>The keys on names outside the classic alphabet.</summary>
/// <param name="Validation">Null where it is not said.</param>
/// <param name="Escaping">Null where it is not said.</param>
internal sealed record NameSchemes(NameValidation? Validation, string? Escaping)
{
    private static readonly string[] Escapings = ["allow-utf-8", "underscores", "dots", "values"];

    /// <summary>What jobs inherit: without a word on escaping, names come as they can be taken.</summary>
    public static NameSchemes ReadGlobal(Findings findings, MappingReader? section)
    {
        var own = section is null ? new NameSchemes(null, null) : Read(findings, section);
        var validation = own.Validation ?? NameValidation.Utf8;
        return new NameSchemes(validation, own.Escaping ?? (validation == NameValidation.Legacy ? "underscores" : "allow-utf-8"));
    }

    public static NameSchemes ReadJob(Findings findings, MappingReader section, NameSchemes inherited)
    {
        var own = Read(findings, section);
        var schemes = new NameSchemes(own.Validation ?? inherited.Validation, own.Escaping ?? inherited.Escaping);
        if (schemes is { Validation: NameValidation.Legacy, Escaping: "allow-utf-8" })
        {
            findings.Error(section["metric_name_escaping_scheme"] ?? section["metric_name_validation_scheme"] ?? section.Node,
                "utf8 metric names requested but validation scheme is not set to UTF8; beside metric_name_validation_scheme: legacy "
                + "write metric_name_escaping_scheme: underscores");
        }
        return schemes;
    }

    private static NameSchemes Read(Findings findings, MappingReader section)
    {
        NameValidation? validation = null;
        switch (section.Text("metric_name_validation_scheme"))
        {
            case null or "":
                break;
            case "utf8":
                validation = NameValidation.Utf8;
                break;
            case "legacy":
                validation = NameValidation.Legacy;
                break;
            case var other:
                findings.Error(section["metric_name_validation_scheme"]!,
                    $"unknown scrape config name validation method specified, must be either 'legacy' or 'utf8', got {other}");
                break;
        }
        var escaping = section.Text("metric_name_escaping_scheme");
        if (string.IsNullOrEmpty(escaping) || Escapings.Contains(escaping))
        {
            return new NameSchemes(validation, string.IsNullOrEmpty(escaping) ? null : escaping);
        }
        findings.Error(section["metric_name_escaping_scheme"]!,
            $"unknown scrape config name escaping method specified, must be one of 'allow-utf-8', 'underscores', 'dots', or 'values', got {escaping}");
        return new NameSchemes(validation, null);
    }
}

/// <summary>The keys on histograms that stand in <c>global</c> and in jobs.</summary>
/// <param name="Native">Null where it is not said, so that the flag --enable-feature=native-histograms decides.</param>
internal sealed record HistogramKeys(bool? Native, bool Convert, bool AlwaysClassic)
{
    public static HistogramKeys None { get; } = new(null, false, false);

    public static HistogramKeys Read(MappingReader section, HistogramKeys inherited) => new(
        section.Has("scrape_native_histograms") ? section.Boolean("scrape_native_histograms", absent: false) : inherited.Native,
        section.Boolean("convert_classic_histograms_to_nhcb", inherited.Convert),
        section.Boolean("always_scrape_classic_histograms", inherited.AlwaysClassic));
}
