namespace Touchline.Configuration.Syntax;

/// <summary>A node of a YAML or JSON document, with the place that findings about it name.</summary>
internal abstract class ConfigNode(TextPosition at, long weight)
{
    public TextPosition At { get; } = at;

    /// <summary>How many nodes it is made of with every alias written out, which is what reading it can cost.</summary>
    public long Weight { get; } = weight;

    /// <summary>What it is, in YAML's terms, as Prometheus says it in its errors.</summary>
    public abstract string Tag { get; }

    public virtual bool IsNull => false;
}

/// <summary>A single value. <paramref name="plain"/> says that it was written without quotes, so that it may mean null, a boolean or a number.</summary>
internal sealed class ScalarNode(TextPosition at, string value, bool plain) : ConfigNode(at, 1)
{
    public string Value { get; } = value;

    public bool IsPlain { get; } = plain;

    /// <summary>The bytes of a <c>!!binary</c> scalar, null for any other.</summary>
    public byte[]? Binary { get; init; }

    public override bool IsNull => IsPlain && Value is ("" or "~" or "null" or "Null" or "NULL");

    public override string Tag
    {
        get
        {
            var shown = Value.Length > 40 ? string.Concat(Value.AsSpan(0, 40), "…") : Value;
            if (!IsPlain)
            {
                return $"!!str `{shown}`";
            }
            if (ScalarValue.TryBoolean(this, out _))
            {
                return $"!!bool `{shown}`";
            }
            return ScalarValue.TryInteger(this, out _) ? $"!!int `{shown}`" : $"!!str `{shown}`";
        }
    }
}

internal sealed class SequenceNode(TextPosition at, IReadOnlyList<ConfigNode> items)
    : ConfigNode(at, 1 + items.Sum(item => item.Weight))
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public override string Tag => "!!seq";
}

/// <summary>Keys and values as written, repeated keys included; merge keys are already applied.</summary>
internal sealed class MappingNode(TextPosition at, IReadOnlyList<MappingEntry> entries)
    : ConfigNode(at, 1 + entries.Sum(entry => 1 + entry.Value.Weight))
{
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;

    public override string Tag => "!!map";
}

internal readonly record struct MappingEntry(ScalarNode Key, ConfigNode Value);
