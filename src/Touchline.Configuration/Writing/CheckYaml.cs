using Touchline.Configuration.Probes;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Writing;

/// <summary>Writes checks back as they were written, without passwords.</summary>
internal static class CheckYaml
{
    public static void Write(YamlOutput output, IReadOnlyList<CheckConfig> checks)
    {
        if (checks.Count > 0)
        {
            output.List("checks", checks, check => WriteNode(output, check.Name, check.Node is MappingNode mapping ? mapping : null, check.Url));
        }
    }

    private static void WriteNode(YamlOutput output, string name, MappingNode? section, string url)
    {
        if (section is null)
        {
            output.Entry(name, url);
            return;
        }
        output.Section(name, () =>
        {
            foreach (var (key, value) in section.Entries)
            {
                WriteValue(output, key.Value, key.Value == "url" ? new ScalarNode(value.At, url, plain: false) : value);
            }
        });
    }

    private static void WriteValue(YamlOutput output, string key, ConfigNode value)
    {
        switch (value)
        {
            case MappingNode mapping:
                output.Section(key, () =>
                {
                    foreach (var (inner, text) in mapping.Entries)
                    {
                        WriteValue(output, inner.Value, text);
                    }
                });
                break;
            case SequenceNode list:
                output.Texts(key, [.. list.Items.OfType<ScalarNode>().Select(item => item.Value)]);
                break;
            case ScalarNode scalar when ScalarValue.TryBoolean(scalar, out var flag):
                output.Entry(key, flag);
                break;
            case ScalarNode scalar when ScalarValue.TryInteger(scalar, out var number) && number is >= 0 and <= int.MaxValue:
                output.Entry(key, (int)number);
                break;
            case ScalarNode { IsNull: false } scalar:
                output.Entry(key, scalar.Value);
                break;
        }
    }
}
