using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>Reads prometheus.yml.</summary>
public static class PrometheusConfigLoader
{
    /// <summary>Reads a file. Never throws for what the file holds: every finding is a diagnostic.</summary>
    /// <param name="strict">Whether unknown keys and unusable jobs are errors for the whole file, as in Prometheus, instead of skipped.</param>
    public static ConfigLoadResult Load(string path, bool strict) => LoadFile(path, strict, checkFiles: false);

    /// <summary>As <see cref="Load"/>, and looks for every file that the configuration names: rules, targets, certificates, credentials.</summary>
    public static ConfigLoadResult Check(string path, bool strict) => LoadFile(path, strict, checkFiles: true);

    /// <summary>As <see cref="Load"/>, of text; relative paths are resolved against the folder of <paramref name="fileName"/>.</summary>
    public static ConfigLoadResult Parse(string yaml, string fileName, bool strict) =>
        Parse(yaml, fileName, strict, checkFiles: false, Environment.GetEnvironmentVariable);

    internal static ConfigLoadResult Parse(string yaml, string fileName, bool strict, bool checkFiles, Func<string, string?> environment)
    {
        var findings = new Findings(fileName, strict);
        var references = new List<FileReference>();
        var context = new ReadingContext(findings, Path.GetDirectoryName(fileName) ?? "", references, environment);
        var config = ReadRoot(context, yaml, fileName);
        if (checkFiles)
        {
            FileReferences.Check(references);
        }
        var result = new ConfigLoadResult(config, findings.All);
        return strict && result.HasErrors ? result with { Config = null } : result;
    }

    private static ConfigLoadResult LoadFile(string path, bool strict, bool checkFiles)
    {
        var findings = new Findings(path, strict);
        return ConfigText.TryRead(path, findings, out var text)
            ? Parse(text, path, strict, checkFiles, Environment.GetEnvironmentVariable)
            : new ConfigLoadResult(null, findings.All);
    }

    private static PrometheusConfig? ReadRoot(ReadingContext context, string yaml, string fileName)
    {
        var root = ConfigText.TryParseYaml(yaml, context.Findings, out var ok);
        if (!ok)
        {
            return null;
        }
        if (root is null || root.IsNull)
        {
            // An empty file is a valid one for Prometheus, though hardly what somebody meant.
            context.Findings.Warning(TextPosition.Start, "the file is empty: nothing is scraped");
            return new PrometheusConfig { FileName = fileName };
        }
        if (root is not MappingNode mapping)
        {
            context.Findings.Error(root, $"cannot unmarshal {root.Tag} into config.plain: the file holds sections such as global and scrape_configs");
            return null;
        }
        var section = context.Section(mapping, PrometheusKeys.Root);
        var global = GlobalSection.Read(context, section.Mapping("global"), out var defaults);
        context.NotHonoured(section, "", "remote_write", "remote_read", "tracing", "otlp");
        // The Go garbage collector's setting means nothing here and misleads nobody.
        if (section.Mapping("runtime") is { } runtime)
        {
            context.Section(runtime, PrometheusKeys.Runtime).Count("gogc");
        }
        var jobs = new ScrapeSection(global, defaults);
        jobs.ReadAll(context, section, fileName);
        ScrapeConfigFiles.Read(context, section, jobs);
        return new PrometheusConfig
        {
            FileName = fileName,
            Global = global,
            RuleFiles = ReadRuleFiles(context, section),
            ScrapeConfigs = jobs.Jobs,
            AlertmanagerTargets = AlertingSection.Read(context, section.Mapping("alerting")),
            Storage = StorageSection.Read(context, section.Mapping("storage")),
            RetentionPolicies = RetentionPolicySection.Read(context, section),
            Middleware = MiddlewareSection.Read(context, section, global),
        };
    }

    private static List<string> ReadRuleFiles(ReadingContext context, MappingReader section)
    {
        var files = new List<string>();
        foreach (var item in section.Items("rule_files", "[]string"))
        {
            if (item is not ScalarNode { Value: var path, IsNull: false })
            {
                context.Findings.Error(item, $"cannot unmarshal {item.Tag} into string: each rule file is a path");
            }
            else if (!PathGlob.HasWildcardInLastPartOnly(path))
            {
                context.Findings.Error(item, $"invalid rule file path {QuotedString.Of(path)}: * may stand in the last part only");
            }
            else
            {
                var resolved = context.Resolve(path)!;
                context.Remember(FileReferenceKind.Rules, resolved, item.At);
                files.Add(resolved);
            }
        }
        return files;
    }
}
