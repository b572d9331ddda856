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
        var checks = SectionFile.Read(path, findings, ProbeKeys.CheckFileRoot, "checks", CheckSection.Read);
        return (checks, findings.All);
    }
}
