using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration;

/// <summary>Reads a file that holds retention policies and nothing else, for those whose prometheus.yml must stay one that Prometheus takes.</summary>
public static class RetentionPolicyFile
{
    /// <summary>Reads a file; policies are null where any of them has an error.</summary>
    public static (IReadOnlyList<RetentionPolicyConfig>? Policies, IReadOnlyList<ConfigDiagnostic> Findings) Load(string path)
    {
        var findings = new Findings(path, strict: true);
        var policies = ConfigText.TryRead(path, findings, out var text) ? Read(text, path, findings) : null;
        return (policies, findings.All);
    }

    private static IReadOnlyList<RetentionPolicyConfig>? Read(string yaml, string path, Findings findings)
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
            findings.Error(root, $"{root.Tag} is not a section: the file holds retention_policies and the list below it");
            return null;
        }
        var context = new ReadingContext(findings, Path.GetDirectoryName(path) ?? "", [], _ => null);
        var policies = RetentionPolicySection.Read(context, context.Section(mapping, PrometheusKeys.RetentionFileRoot));
        return findings.ErrorCount == 0 ? policies : null;
    }
}
