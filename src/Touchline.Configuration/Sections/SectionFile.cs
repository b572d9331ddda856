using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>Reads a file that holds one section of ours and nothing else, for those whose prometheus.yml must stay one that Prometheus takes.</summary>
internal static class SectionFile
{
    /// <param name="path">The file.</param>
    /// <param name="findings">Where it is said what is wrong.</param>
    /// <param name="keys">What the file may hold.</param>
    /// <param name="key">The key above the list.</param>
    /// <param name="read">Reads the list.</param>
    /// <returns>The list, empty where the file is; null where it cannot be read at all.</returns>
    public static IReadOnlyList<T>? Read<T>(string path, Findings findings, SectionKeys keys, string key, Func<ReadingContext, MappingReader, IReadOnlyList<T>?> read)
    {
        if (!ConfigText.TryRead(path, findings, out var text))
        {
            return null;
        }
        var root = ConfigText.TryParseYaml(text, findings, out var ok);
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
            findings.Error(root, $"{root.Tag} is not a section: the file holds {key} and the list below it");
            return null;
        }
        var context = new ReadingContext(findings, Path.GetDirectoryName(path) ?? "", [], _ => null);
        return read(context, context.Section(mapping, keys));
    }
}
