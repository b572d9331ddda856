using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Touchline.Configuration.Writing;

/// <summary>Emits YAML in the layout of Prometheus's own printer: block style, lists not indented, quotes only where they are needed.</summary>
internal sealed class YamlOutput
{
    private readonly StringWriter _text = new() { NewLine = "\n" };
    private readonly Emitter _emitter;

    public YamlOutput()
    {
        _emitter = new Emitter(_text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        _emitter.Emit(new StreamStart());
        _emitter.Emit(new DocumentStart());
    }

    public string Finish()
    {
        _emitter.Emit(new DocumentEnd(isImplicit: true));
        _emitter.Emit(new StreamEnd());
        return _text.ToString();
    }

    public void Mapping(Action content)
    {
        _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        content();
        _emitter.Emit(new MappingEnd());
    }

    public void Section(string key, Action content)
    {
        Scalar(key);
        Mapping(content);
    }

    /// <summary>A list of sections; an empty one is left out, as Prometheus does.</summary>
    public void List<T>(string key, IReadOnlyCollection<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            return;
        }
        Scalar(key);
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
        foreach (var item in items)
        {
            Mapping(() => write(item));
        }
        _emitter.Emit(new SequenceEnd());
    }

    /// <summary>A list without items, where leaving it out would mean something else.</summary>
    public void EmptyList(string key)
    {
        Scalar(key);
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
        _emitter.Emit(new SequenceEnd());
    }

    /// <summary>A list of texts; an empty one is left out, as Prometheus does.</summary>
    public void Texts(string key, IReadOnlyCollection<string> items, bool inOneLine = false)
    {
        if (items.Count == 0)
        {
            return;
        }
        Scalar(key);
        var style = inOneLine ? SequenceStyle.Flow : SequenceStyle.Block;
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, style));
        foreach (var item in items)
        {
            Text(item);
        }
        _emitter.Emit(new SequenceEnd());
    }

    public void Entry(string key, string value)
    {
        Text(key);
        Text(value);
    }

    public void EntryIfAny(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Entry(key, value);
        }
    }

    public void Entry(string key, bool value)
    {
        Scalar(key);
        Scalar(value ? "true" : "false");
    }

    /// <summary>A number under a key that may be any text.</summary>
    public void Entry(string key, int value)
    {
        Text(key);
        Scalar(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Entry(string key, double value)
    {
        Scalar(key);
        Scalar(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A value of JSON under a key that may be any text.</summary>
    public void Entry(string key, JsonElement value)
    {
        Text(key);
        Value(value);
    }

    /// <summary>A number; 0 is "no limit" wherever it is written, and left out.</summary>
    public void EntryIfAny(string key, ulong value)
    {
        if (value != 0)
        {
            Scalar(key);
            Scalar(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A text that must read back as text: what YAML would take for something else is quoted.</summary>
    private void Text(string value)
    {
        var style = value.Contains('\n') ? ScalarStyle.Literal : NeedsQuotes(value) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any;
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    private void Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Mapping(() =>
                {
                    foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                    {
                        Entry(member.Name, member.Value);
                    }
                });
                break;
            case JsonValueKind.Array:
                _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in value.EnumerateArray())
                {
                    Value(item);
                }
                _emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                Text(value.GetString()!);
                break;
            default:
                Scalar(value.GetRawText());
                break;
        }
    }

    private void Scalar(string value) => _emitter.Emit(new Scalar(value));

    private static bool NeedsQuotes(string value)
    {
        var node = new Syntax.ScalarNode(Syntax.TextPosition.Start, value, plain: true);
        return node.IsNull || value is "<<" or "=" || char.IsAsciiDigit(value[0]) && LooksNumeric(value)
            || Syntax.ScalarValue.TryBoolean(node, out _) || Syntax.ScalarValue.TryInteger(node, out _)
            || Syntax.ScalarValue.TryNumber(node, out _) || value.EndsWith('\t');
    }

    /// <summary>Numbers with separators, sexagesimals and dates, which YAML 1.1 reads as numbers and times.</summary>
    private static bool LooksNumeric(string value) => value.All(c => char.IsAsciiDigit(c) || c is '_' or ':' or '-' or '.' or 'T' or 'Z' or '+');
}
