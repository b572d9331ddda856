using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>Groups of targets, in static_configs and in the files of file_sd_configs.</summary>
internal static class TargetGroups
{
    public static StaticConfig Read(Findings findings, MappingNode node, IEnumerable<SectionKeys> elsewhere)
    {
        var section = new MappingReader(node, PrometheusKeys.Static, findings, elsewhere);
        return new StaticConfig(section.Texts("targets"), LabelSection.Read(findings, section, "labels"));
    }

    public static IReadOnlyList<StaticConfig> ReadStatic(ReadingContext context, MappingReader parent)
    {
        var groups = new List<StaticConfig>();
        foreach (var node in context.Sections(parent, "static_configs", "[]*targetgroup.Group", "empty or null section in static_configs"))
        {
            groups.Add(Read(context.Findings, node, PrometheusKeys.All));
        }
        return groups;
    }

    public static IReadOnlyList<FileDiscoveryConfig> ReadFileDiscovery(ReadingContext context, MappingReader parent)
    {
        var discoveries = new List<FileDiscoveryConfig>();
        foreach (var node in context.Sections(parent, "file_sd_configs", "[]*file.SDConfig", "empty or null section in file_sd_configs"))
        {
            var section = context.Section(node, DiscoveryKeys.File);
            var files = new List<string>();
            foreach (var item in section.Items("files", "[]string"))
            {
                if (item is not ScalarNode { Value: var path } || !IsDiscoveryPath(path))
                {
                    context.Findings.Error(item,
                        $"path name {QuotedString.Of((item as ScalarNode)?.Value ?? item.Tag)} is not valid for file discovery: it must end in .json, .yml or .yaml, with * in its last part only");
                    continue;
                }
                var resolved = context.Resolve(path)!;
                context.Remember(FileReferenceKind.Discovery, resolved, item.At);
                files.Add(resolved);
            }
            if (section["files"] is null or SequenceNode { Items.Count: 0 })
            {
                context.Findings.Error(node, "file service discovery config must contain at least one path name");
            }
            var refresh = section.Duration("refresh_interval") is { } given and > 0 ? given : 5 * 60_000;
            discoveries.Add(new FileDiscoveryConfig(files, refresh));
        }
        return discoveries;
    }

    /// <summary>Says of each address that looks like a URL that it is none: the scheme and path are keys of the job.</summary>
    public static void RejectUrls(ReadingContext context, MappingReader parent)
    {
        foreach (var group in (parent["static_configs"] as SequenceNode)?.Items.OfType<MappingNode>() ?? [])
        {
            var targets = group.Entries.FirstOrDefault(entry => entry.Key?.Value == "targets").Value as SequenceNode;
            foreach (var target in targets?.Items.OfType<ScalarNode>() ?? [])
            {
                if (target.Value.Contains('/'))
                {
                    context.Findings.Error(target,
                        $"{QuotedString.Of(target.Value)} is not a valid hostname: a target is host:port, its scheme and metrics_path are keys of the job");
                }
            }
        }
    }

    private static bool IsDiscoveryPath(string path)
    {
        var extension = Path.GetExtension(path);
        return PathGlob.HasWildcardInLastPartOnly(path) && extension is ".json" or ".yml" or ".yaml" or ".JSON" or ".YML" or ".YAML";
    }
}
