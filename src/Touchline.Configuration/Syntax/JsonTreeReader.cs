using System.Text;
using System.Text.Json;

namespace Touchline.Configuration.Syntax;

/// <summary>Builds the same tree from JSON as <see cref="YamlTreeReader"/> does from YAML, so that one reader serves both.</summary>
internal static class JsonTreeReader
{
    /// <exception cref="ConfigSyntaxException">The text is not JSON, or nested too deep.</exception>
    public static ConfigNode? Read(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var lines = LineStarts(bytes);
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = YamlTreeReader.MaxDepth });
            if (!reader.Read())
            {
                throw new ConfigSyntaxException(TextPosition.Start, "json: the file is empty");
            }
            var root = ReadNode(ref reader, bytes, lines);
            // Reads on so that anything behind the document is an error.
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var at = new TextPosition((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            throw new ConfigSyntaxException(at, $"json: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}");
        }
    }

    private static ConfigNode ReadNode(ref Utf8JsonReader reader, byte[] bytes, List<int> lines)
    {
        var at = At(reader.TokenStartIndex, bytes, lines);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                var items = new List<ConfigNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadNode(ref reader, bytes, lines));
                }
                return new SequenceNode(at, items);
            case JsonTokenType.StartObject:
                var entries = new List<MappingEntry>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = new ScalarNode(At(reader.TokenStartIndex, bytes, lines), Text(ref reader), plain: false);
                    reader.Read();
                    entries.Add(new MappingEntry(key, ReadNode(ref reader, bytes, lines)));
                }
                return new MappingNode(at, entries);
            case JsonTokenType.String:
                return new ScalarNode(at, Text(ref reader), plain: false);
            default:
                return new ScalarNode(at, Encoding.UTF8.GetString(reader.ValueSpan), plain: true);
        }
    }

    /// <summary>The string, with lone surrogates written as escapes turned into U+FFFD as Go does.</summary>
    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static List<int> LineStarts(byte[] bytes)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }
        return starts;
    }

    private static TextPosition At(long index, byte[] bytes, List<int> lines)
    {
        var line = lines.BinarySearch((int)index);
        line = line >= 0 ? line : ~line - 1;
        return new TextPosition(line + 1, Encoding.UTF8.GetCharCount(bytes, lines[line], (int)index - lines[line]) + 1);
    }
}
