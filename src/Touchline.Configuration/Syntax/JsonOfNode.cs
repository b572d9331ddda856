using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Touchline.Configuration.Syntax;

/// <summary>What a YAML value is as JSON, for values that are passed on as they are.</summary>
internal static class JsonOfNode
{
    /// <summary>Deeper ones could not be written out with the sections around them by readers of JSON that allow 64 levels.</summary>
    private const int MaxDepth = 32;

    /// <summary>The value; one that cannot be JSON is said.</summary>
    public static JsonElement Of(ConfigNode node, Findings findings)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Write(writer, node, findings, depth: 1);
        }
        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, ConfigNode node, Findings findings, int depth)
    {
        if (depth > MaxDepth)
        {
            findings.Error(node, $"nested deeper than {MaxDepth} levels");
            writer.WriteNullValue();
            return;
        }
        switch (node)
        {
            case SequenceNode list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item, findings, depth + 1);
                }
                writer.WriteEndArray();
                break;
            case MappingNode mapping:
                WriteMapping(writer, mapping, findings, depth);
                break;
            case ScalarNode scalar:
                WriteScalar(writer, scalar);
                break;
        }
    }

    private static void WriteMapping(Utf8JsonWriter writer, MappingNode mapping, Findings findings, int depth)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var entry in mapping.Entries)
        {
            if (!seen.Add(entry.Key.Value))
            {
                findings.Skipped(entry.Key, $"key {entry.Key.Value} already set in map");
                continue;
            }
            writer.WritePropertyName(entry.Key.Value);
            Write(writer, entry.Value, findings, depth + 1);
        }
        writer.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter writer, ScalarNode scalar)
    {
        if (scalar.IsNull)
        {
            writer.WriteNullValue();
        }
        else if (ScalarValue.TryBoolean(scalar, out var boolean))
        {
            writer.WriteBooleanValue(boolean);
        }
        else if (ScalarValue.TryInteger(scalar, out var integer))
        {
            writer.WriteNumberValue(integer);
        }
        else if (scalar.IsPlain && ulong.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var large))
        {
            writer.WriteNumberValue(large);
        }
        else if (ScalarValue.TryNumber(scalar, out var number) && double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(scalar.Value);
        }
    }
}
