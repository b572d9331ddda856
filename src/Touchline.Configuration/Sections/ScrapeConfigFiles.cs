using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary><c>scrape_config_files</c>: further files with jobs, read with the main file and under its defaults.</summary>
internal static class ScrapeConfigFiles
{
    public static void Read(ReadingContext context, MappingReader section, ScrapeSection jobs)
    {
        foreach (var item in section.Items("scrape_config_files", "[]string"))
        {
            if (item is not ScalarNode { Value: var pattern, IsNull: false } || !PathGlob.HasWildcardInLastPartOnly(pattern))
            {
                var shown = (item as ScalarNode)?.Value ?? item.Tag;
                context.Findings.Error(item, $"invalid scrape config file path {QuotedString.Of(shown)}: * may stand in the last part only");
                continue;
            }
            foreach (var path in PathGlob.Expand(context.Resolve(pattern)!))
            {
                ReadFile(context.ForFile(path), path, jobs);
            }
        }
    }

    private static void ReadFile(ReadingContext context, string path, ScrapeSection jobs)
    {
        if (!ConfigText.TryRead(path, context.Findings, out var text))
        {
            return;
        }
        var root = ConfigText.TryParseYaml(text, context.Findings, out _);
        if (root is MappingNode mapping)
        {
            jobs.ReadAll(context, context.Section(mapping, PrometheusKeys.ScrapeFileRoot), path);
        }
        else if (root is not null && !root.IsNull)
        {
            context.Findings.Error(root, $"cannot unmarshal {root.Tag} into config.ScrapeConfigs: the file holds scrape_configs");
        }
    }
}
