using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration;

/// <summary>Reads the mapping file of statsd_exporter.</summary>
public static class StatsDMappingFile
{
    /// <summary>Reads a file; the mappings are null where anything in it is wrong, since half of them would make other series.</summary>
    public static (StatsDMappingConfig? Mappings, IReadOnlyList<ConfigDiagnostic> Findings) Load(string path)
    {
        var findings = new Findings(path, strict: false);
        var mappings = ConfigText.TryRead(path, findings, out var text) ? Read(text, findings) : null;
        return (mappings, findings.All);
    }

    private static StatsDMappingConfig? Read(string yaml, Findings findings)
    {
        var root = ConfigText.TryParseYaml(yaml, findings, out var ok);
        if (!ok || root is null || root.IsNull)
        {
            return ok ? new StatsDMappingConfig() : null;
        }
        if (root is not MappingNode mapping)
        {
            findings.Error(root, $"{root.Tag} is not a section: the file holds defaults and mappings");
            return null;
        }
        var config = new StatsDMappingSection(findings).Read(mapping);
        return findings.ErrorCount == 0 ? config : null;
    }
}
