using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Probes;

/// <summary>
/// What became of reading blackbox.yml. Modules with errors are missing and named in the diagnostics; <see cref="Modules"/> is null only where
/// nothing usable could be made of the file.
/// </summary>
public sealed record ProbeConfigResult(IReadOnlyDictionary<string, ProbeModuleConfig>? Modules, IReadOnlyList<ConfigDiagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == ConfigSeverity.Error);
}

/// <summary>Reads files of modules as blackbox_exporter has them.</summary>
public static class ProbeConfigLoader
{
    /// <summary>Reads a file. Never throws for what the file holds or that it cannot be read.</summary>
    public static ProbeConfigResult Load(string path)
    {
        var findings = new Findings(path, strict: true);
        return ConfigText.TryRead(path, findings, out var text) ? Parse(text, path) : new ProbeConfigResult(null, findings.All);
    }

    /// <summary>As <see cref="Load"/>, of text; relative paths are resolved against the folder of <paramref name="fileName"/>.</summary>
    public static ProbeConfigResult Parse(string yaml, string fileName)
    {
        var findings = new Findings(fileName, strict: true);
        var context = new ReadingContext(findings, Path.GetDirectoryName(fileName) ?? "", [], _ => null);
        var root = ConfigText.TryParseYaml(yaml, findings, out var ok);
        if (!ok)
        {
            return new ProbeConfigResult(null, findings.All);
        }
        var modules = new Dictionary<string, ProbeModuleConfig>(StringComparer.Ordinal);
        switch (root)
        {
            case MappingNode mapping:
                ReadModules(context, new MappingReader(mapping, ProbeKeys.Root, findings, ProbeKeys.All), modules);
                break;
            case { IsNull: false }:
                findings.Error(root, $"cannot unmarshal {root.Tag} into config.plain: the file holds modules and their names below it");
                return new ProbeConfigResult(null, findings.All);
            default:
                findings.Warning(TextPosition.Start, "the file is empty: there are no modules");
                break;
        }
        return new ProbeConfigResult(modules, findings.All);
    }

    private static void ReadModules(ReadingContext context, MappingReader root, Dictionary<string, ProbeModuleConfig> modules)
    {
        foreach (var (name, value) in root.FreeEntries("modules"))
        {
            if (value is not MappingNode node)
            {
                context.Findings.Error(value, $"cannot unmarshal {value.Tag} into config.plain: module {QuotedString.Of(name.Value)} holds prober and its section");
            }
            else if (ProbeSection.Read(context, node) is { } module)
            {
                modules[name.Value] = module;
            }
        }
    }
}
