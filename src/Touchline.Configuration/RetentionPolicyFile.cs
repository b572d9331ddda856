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
        var policies = SectionFile.Read(path, findings, PrometheusKeys.RetentionFileRoot, "retention_policies", RetentionPolicySection.Read);
        return (findings.ErrorCount == 0 ? policies : null, findings.All);
    }
}
