using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Touchline.Configuration.Syntax;

/// <summary>
/// Builds the tree of a YAML document from parser events, with bounds that hold for hostile files: depth, and size with every alias
/// written out (aliases share their node, so that a bomb costs nothing until somebody walks it).
/// </summary>
internal sealed class YamlTreeReader
{
    private const string BinaryTag = "tag:yaml.org,2002:binary";

    public const int MaxDepth = 100;
    public const long MaxWeight = 4_000_000;

    private readonly Parser _parser;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _openAnchors = new(StringComparer.Ordinal);

    private YamlTreeReader(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>Where a second document starts; null where there is one document only.</summary>
    public TextPosition? SecondDocument { get; private set; }

    /// <summary>The root of the first document, null where the text holds none.</summary>
    /// <exception cref="ConfigSyntaxException">The text is not YAML, or exceeds a bound.</exception>
    public static ConfigNode? Read(string text) => Read(text, out _);

    /// <inheritdoc cref="Read(string)"/>
    public static ConfigNode? Read(string text, out TextPosition? secondDocument)
    {
        RejectControlCharacters(text);
        var reader = new YamlTreeReader(text);
        try
        {
            var root = reader.ReadDocument();
            secondDocument = reader.SecondDocument;
            return root;
        }
        catch (YamlException e)
        {
            throw FirstIndentingTab(text) is { } tab && e.Message.Contains("tab", StringComparison.Ordinal)
                ? new ConfigSyntaxException(tab, "yaml: a tab is used as indentation; write spaces")
                : new ConfigSyntaxException(At(e.Start), $"yaml: {Sentence(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            // The parser says so of some damaged documents in place of a YamlException.
            throw new ConfigSyntaxException(reader.Reached, "yaml: not a valid document from here on");
        }
    }

    /// <summary>How far reading came, for failures that the parser gives no place for.</summary>
    private TextPosition Reached => _parser.Current is { } current ? At(current.End) : TextPosition.Start;

    private ConfigNode? ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }
        Next<DocumentStart>();
        var root = ReadNode(1);
        Next<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            SecondDocument = At(second.Start);
        }
        return root;
    }

    private ConfigNode ReadNode(int depth)
    {
        if (!_parser.Accept<NodeEvent>(out var start))
        {
            if (_parser.TryConsume<AnchorAlias>(out var alias))
            {
                return Resolve(alias);
            }
            throw new ConfigSyntaxException(Reached, "yaml: a value is missing");
        }
        if (depth > MaxDepth)
        {
            throw new ConfigSyntaxException(At(start.Start), $"yaml: nested deeper than {MaxDepth} levels");
        }
        var anchor = start.Anchor.IsEmpty ? null : start.Anchor.Value;
        if (anchor is not null)
        {
            _openAnchors.Add(anchor);
        }
        ConfigNode node = start switch
        {
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => ReadScalar(),
        };
        if (node.Weight > MaxWeight)
        {
            throw new ConfigSyntaxException(node.At, $"yaml: more than {MaxWeight} values, aliases written out");
        }
        if (anchor is not null)
        {
            _openAnchors.Remove(anchor);
            _anchors[anchor] = node;
        }
        return node;
    }

    private ScalarNode ReadScalar()
    {
        var scalar = Next<Scalar>();
        var plain = scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific);
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value == BinaryTag)
        {
            return new ScalarNode(At(scalar.Start), scalar.Value, plain) { Binary = Decode(scalar) };
        }
        return new ScalarNode(At(scalar.Start), scalar.Value, plain);
    }

    private static byte[] Decode(Scalar scalar)
    {
        try
        {
            return Convert.FromBase64String(scalar.Value);
        }
        catch (FormatException)
        {
            throw new ConfigSyntaxException(At(scalar.Start), "yaml: !!binary value is not base64");
        }
    }

    private SequenceNode ReadSequence(int depth)
    {
        var start = Next<SequenceStart>();
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }
        return new SequenceNode(At(start.Start), items);
    }

    private MappingNode ReadMapping(int depth)
    {
        var start = Next<MappingStart>();
        var entries = new List<MappingEntry>();
        var merged = new List<ConfigNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(depth + 1) is not ScalarNode key)
            {
                throw new ConfigSyntaxException(At(start.Start), "yaml: a key of this mapping is not a plain name");
            }
            var value = ReadNode(depth + 1);
            if (key.IsPlain && key.Value == "<<")
            {
                merged.Add(value);
            }
            else
            {
                entries.Add(new MappingEntry(key, value));
            }
        }
        foreach (var value in merged)
        {
            Merge(entries, value);
        }
        return new MappingNode(At(start.Start), entries);
    }

    /// <summary>Adds what a merge key brings: keys of the mapping itself and of earlier merges win.</summary>
    private static void Merge(List<MappingEntry> entries, ConfigNode value)
    {
        var sources = value is SequenceNode list ? list.Items : [value];
        foreach (var source in sources)
        {
            if (source is not MappingNode mapping)
            {
                throw new ConfigSyntaxException(source.At, "yaml: map merge requires map or sequence of maps as the value");
            }
            var present = entries.Select(entry => entry.Key.Value).ToHashSet(StringComparer.Ordinal);
            entries.AddRange(mapping.Entries.Where(entry => !present.Contains(entry.Key.Value)));
        }
    }

    private ConfigNode Resolve(AnchorAlias alias)
    {
        var name = alias.Value.Value;
        if (_openAnchors.Contains(name))
        {
            throw new ConfigSyntaxException(At(alias.Start), $"yaml: anchor '{name}' value contains itself");
        }
        return _anchors.TryGetValue(name, out var node)
            ? node
            : throw new ConfigSyntaxException(At(alias.Start), $"yaml: unknown anchor '{name}' referenced");
    }

    private T Next<T>() where T : ParsingEvent => _parser.Consume<T>();

    private static void RejectControlCharacters(string text)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
            {
                line++;
                lineStart = i + 1;
            }
            else if ((c < ' ' && c is not ('\t' or '\r')) || c == '\x7f')
            {
                throw new ConfigSyntaxException(
                    new TextPosition(line, i - lineStart + 1), $"yaml: control characters are not allowed (U+{(int)c:X4})");
            }
        }
    }

    /// <summary>The parser gives the start of the file for this most common of mistakes.</summary>
    private static TextPosition? FirstIndentingTab(string text)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var indentation = content[..^content.TrimStart().Length];
            if (indentation.Length < content.Length && indentation.IndexOf('\t') is >= 0 and var tab)
            {
                return new TextPosition(line, tab + 1);
            }
        }
        return null;
    }

    private static TextPosition At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static string Sentence(string message) =>
        message.Length == 0 ? "not a valid document" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}
