using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration;

/// <summary>What a file of file_sd_configs lists. <see cref="Groups"/> is null where the file is not usable: then what it said before stands.</summary>
public sealed record TargetGroupFileResult(IReadOnlyList<StaticConfig>? Groups, IReadOnlyList<ConfigDiagnostic> Diagnostics);

/// <summary>Reads the files of file_sd_configs: a list of groups, each of targets and labels, in JSON (by extension) or YAML.</summary>
public static class TargetGroupFile
{
    /// <summary>Reads a file. Never throws for what the file holds or that it cannot be read.</summary>
    public static TargetGroupFileResult Load(string path)
    {
        var findings = new Findings(path, strict: true);
        return new TargetGroupFileResult(LoadGroups(path, findings), findings.All);
    }

    /// <summary>As <see cref="Load"/>, of text. Any error makes the whole file unusable, as in Prometheus.</summary>
    public static TargetGroupFileResult Parse(string text, string fileName)
    {
        var findings = new Findings(fileName, strict: true);
        return new TargetGroupFileResult(Read(text, fileName, findings), findings.All);
    }

    internal static void Check(string path, Findings findings) => LoadGroups(path, findings);

    private static List<StaticConfig>? LoadGroups(string path, Findings findings) =>
        ConfigText.TryRead(path, findings, out var text) ? Read(text, path, findings) : null;

    private static List<StaticConfig>? Read(string text, string fileName, Findings findings)
    {
        var before = findings.ErrorCount;
        ConfigNode? root;
        try
        {
            root = fileName.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? JsonTreeReader.Read(text) : YamlTreeReader.Read(text);
        }
        catch (ConfigSyntaxException e)
        {
            findings.Error(e.At, e.Message);
            return null;
        }
        var groups = new List<StaticConfig>();
        switch (root)
        {
            case null or { IsNull: true }:
                return groups;
            case SequenceNode list:
                foreach (var item in list.Items)
                {
                    if (item is MappingNode mapping)
                    {
                        groups.Add(TargetGroups.Read(findings, mapping, []));
                    }
                    else
                    {
                        findings.Error(item, item.IsNull ? "nil target group item found" : $"cannot unmarshal {item.Tag} into targetgroup.Group: a group has targets and labels");
                    }
                }
                break;
            default:
                findings.Error(root, $"cannot unmarshal {root.Tag} into []*targetgroup.Group: the file is a list of groups");
                break;
        }
        return findings.ErrorCount == before ? groups : null;
    }
}
