using Touchline.Configuration.Syntax;

namespace Touchline.Configuration;

/// <summary>Reads the tree of a kubeconfig file, of which only what is needed is looked at: what is not there reads as empty.</summary>
internal static class KubeConfigNode
{
    public static ConfigNode? Child(ConfigNode? node, string key) =>
        (node as MappingNode)?.Entries.FirstOrDefault(entry => entry.Key.Value == key).Value is { IsNull: false } value ? value : null;

    public static string Text(ConfigNode? node, string key) => Child(node, key) is ScalarNode { IsNull: false } scalar ? scalar.Value : "";

    public static IReadOnlyList<ConfigNode> Items(ConfigNode? node, string key) => (Child(node, key) as SequenceNode)?.Items ?? [];

    /// <summary>What is wrong at a place of the file.</summary>
    public static FormatException Wrong(string path, ConfigNode? at, string what)
    {
        var place = at?.At ?? TextPosition.Start;
        return new FormatException($"{path}:{place.Line}:{place.Column}: {what}");
    }
}
