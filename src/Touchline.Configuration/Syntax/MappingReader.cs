using Touchline.Model;

namespace Touchline.Configuration.Syntax;

/// <summary>
/// One section of a file, its keys checked, its values read by type. A value of the wrong kind is said once and then reads as absent.
/// </summary>
internal sealed class MappingReader
{
    private readonly Dictionary<string, MappingEntry> _entries = new(StringComparer.Ordinal);
    private readonly Findings _findings;
    private readonly MappingNode _node;

    /// <param name="elsewhere">The other sections of the kind of file, for a key that stands in the wrong one.</param>
    public MappingReader(MappingNode node, SectionKeys keys, Findings findings, IEnumerable<SectionKeys> elsewhere)
    {
        _node = node;
        _findings = findings;
        foreach (var entry in node.Entries)
        {
            var name = entry.Key.Value;
            if (!keys.Knows(name))
            {
                findings.Skipped(entry.Key, keys.Unknown(name, elsewhere));
            }
            else if (!_entries.TryAdd(name, entry))
            {
                var first = _entries[name].Key.At;
                findings.Skipped(entry.Key, $"field {name} already set in type {keys.GoType}: first at line {first.Line}, which stands");
            }
        }
    }

    public ConfigNode Node => _node;

    /// <summary>The value, null where the key is absent or its value is null.</summary>
    public ConfigNode? this[string key] =>
        _entries.TryGetValue(key, out var entry) && !entry.Value.IsNull ? entry.Value : null;

    /// <summary>The key itself, for findings about its being there.</summary>
    public ScalarNode? Key(string key) => _entries.TryGetValue(key, out var entry) ? entry.Key : null;

    public bool Has(string key) => this[key] is not null;

    /// <summary>The text; empty where the key is there without a value, null where it is absent.</summary>
    public string? Text(string key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return null;
        }
        if (entry.Value.IsNull)
        {
            return "";
        }
        return TryText(entry.Value, key, out var text) ? text : null;
    }

    public bool Boolean(string key, bool absent)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return absent;
        }
        var node = entry.Value;
        if (node.IsNull)
        {
            // A key without a value is the zero value to Prometheus, also where the default is true.
            return false;
        }
        if (node is ScalarNode scalar && ScalarValue.TryBoolean(scalar, out var value))
        {
            return value;
        }
        _findings.Error(node, $"cannot unmarshal {node.Tag} into bool: {key} is true or false, without quotes");
        return absent;
    }

    /// <summary>A count: a whole number from 0 on. What exceeds an int is as good as int.MaxValue.</summary>
    public int? Count(string key)
    {
        if (this[key] is not { } node)
        {
            return null;
        }
        if (node is ScalarNode scalar && ScalarValue.TryInteger(scalar, out var value) && value >= 0)
        {
            return (int)Math.Min(value, int.MaxValue);
        }
        _findings.Error(node, $"cannot unmarshal {node.Tag} into uint: {key} is a whole number from 0 on, without quotes");
        return null;
    }

    /// <summary>A whole number.</summary>
    public int? Integer(string key)
    {
        if (this[key] is not { } node)
        {
            return null;
        }
        if (node is ScalarNode scalar && ScalarValue.TryInteger(scalar, out var value))
        {
            return (int)Math.Clamp(value, int.MinValue, int.MaxValue);
        }
        _findings.Error(node, $"cannot unmarshal {node.Tag} into int: {key} is a whole number, without quotes");
        return null;
    }

    /// <summary>A number with or without a fraction.</summary>
    public double? Number(string key)
    {
        if (this[key] is not { } node)
        {
            return null;
        }
        if (node is ScalarNode scalar && ScalarValue.TryNumber(scalar, out var value))
        {
            return value;
        }
        _findings.Error(node, $"cannot unmarshal {node.Tag} into float64: {key} is a number, without quotes");
        return null;
    }

    /// <summary>A duration in ms.</summary>
    public long? Duration(string key)
    {
        if (this[key] is not { } node || !TryText(node, key, out var text))
        {
            return null;
        }
        if (PrometheusDuration.TryParse(text, out var milliseconds))
        {
            return milliseconds;
        }
        var suggestion = text.Trim().Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        var hint = text.Length > 0 && text.All(char.IsAsciiDigit) ? $"did you mean {text}s?"
            : PrometheusDuration.TryParse(suggestion, out _) ? $"did you mean {suggestion}?"
            : "whole numbers with units (y, w, d, h, m, s, ms), as in 30s or 1h30m";
        _findings.Error(node, $"not a valid duration string: {QuotedString.Of(text)}; {hint}");
        return null;
    }

    /// <summary>A size in bytes, <c>10MB</c>.</summary>
    public long? ByteSize(string key)
    {
        if (this[key] is not { } node || !TryText(node, key, out var text))
        {
            return null;
        }
        if (Touchline.Configuration.ByteSize.TryParse(text, out var bytes))
        {
            return bytes;
        }
        _findings.Error(node, $"not a valid size: {QuotedString.Of(text)}; a number with a unit (B, KB, MB, GB, TB, PB, EB), as in 10MB");
        return null;
    }

    /// <summary>The items of a list, none where the key is absent.</summary>
    /// <param name="of">What Prometheus calls the list.</param>
    /// <param name="findings">Where it is said that the value is no list; null is where all else is said.</param>
    public IReadOnlyList<ConfigNode> Items(string key, string of, Findings? findings = null)
    {
        switch (this[key])
        {
            case null:
                return [];
            case SequenceNode list:
                return list.Items;
            case var other:
                (findings ?? _findings).Error(other, $"cannot unmarshal {other.Tag} into {of}: {key} is a list; write each item behind \"- \" or in [ ]");
                return [];
        }
    }

    /// <summary>The items of a list of texts.</summary>
    public IReadOnlyList<string> Texts(string key, string of = "[]string")
    {
        var texts = new List<string>();
        foreach (var item in Items(key, of))
        {
            if (item.IsNull)
            {
                texts.Add("");
            }
            else if (TryText(item, key, out var text))
            {
                texts.Add(text);
            }
        }
        return texts;
    }

    public MappingNode? Mapping(string key)
    {
        switch (this[key])
        {
            case null:
                return null;
            case MappingNode mapping:
                return mapping;
            case var other:
                _findings.Error(other, $"cannot unmarshal {other.Tag} into a section: {key} holds keys and values");
                return null;
        }
    }

    /// <summary>The entries of a free mapping, repeated keys left out.</summary>
    public IEnumerable<MappingEntry> FreeEntries(string key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Mapping(key)?.Entries ?? [])
        {
            if (seen.Add(entry.Key.Value))
            {
                yield return entry;
            }
            else
            {
                _findings.Skipped(entry.Key, $"key {QuotedString.Of(entry.Key.Value)} already set in map: {key} has it twice");
            }
        }
    }

    private bool TryText(ConfigNode node, string key, out string text)
    {
        if (node is ScalarNode scalar)
        {
            text = scalar.Value;
            return true;
        }
        _findings.Error(node, $"cannot unmarshal {node.Tag} into string: {key} is a single text");
        text = "";
        return false;
    }
}
