using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Probes;

/// <summary>Reads a file that holds checks and nothing else, for those whose prometheus.yml must stay one that Prometheus takes.</summary>
public static class CheckFile
{
    /// <summary>Reads a file; checks with errors are left out, and all are null where it cannot be read at all.</summary>
    public static (IReadOnlyList<CheckConfig>? Checks, IReadOnlyList<ConfigDiagnostic> Findings) Load(string path)
    {
        var findings = new Findings(path, strict: true);
        var checks = ConfigText.TryRead(path, findings, out var text) ? Read(text, path, findings) : null;
        return (checks, findings.All);
    }

    private static IReadOnlyList<CheckConfig>? Read(string yaml, string path, Findings findings)
    {
        var root = ConfigText.TryParseYaml(yaml, findings, out var ok);
        if (!ok)
        {
            return null;
        }
        if (root is null || root.IsNull)
        {
            return [];
        }
        if (root is not MappingNode mapping)
        {
            findings.Error(root, $"{root.Tag} is not a section: the file holds checks and the list below it");
            return null;
        }
        var context = new ReadingContext(findings, Path.GetDirectoryName(path) ?? "", [], _ => null);
        return CheckSection.Read(context, context.Section(mapping, ProbeKeys.CheckFileRoot));
    }
}
