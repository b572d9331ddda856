namespace Touchline.Model;

/// <summary>A condition on one label. An absent label is matched as the empty string. Immutable and thread-safe.</summary>
public sealed class LabelMatcher : IEquatable<LabelMatcher>
{
    /// <exception cref="RegexSyntaxException">The value is not a regular expression in RE2's syntax.</exception>
    public LabelMatcher(MatchType type, string name, string value)
    {
        Type = type;
        Name = name;
        Value = value;
        Regex = type is MatchType.RegexMatch or MatchType.RegexNoMatch ? new AnchoredRegex(value) : null;
    }

    public MatchType Type { get; }

    public string Name { get; }

    public string Value { get; }

    /// <summary>The compiled expression of a regex matcher, null for the others.</summary>
    public AnchoredRegex? Regex { get; }

    /// <summary>Whether a series without the label passes.</summary>
    public bool MatchesEmpty => Matches("");

    public bool Matches(string value) => Type switch
    {
        MatchType.Equal => value == Value,
        MatchType.NotEqual => value != Value,
        MatchType.RegexMatch => Regex!.IsMatch(value),
        _ => !Regex!.IsMatch(value),
    };

    public bool Matches(Labels labels) => Matches(labels[Name]);

    /// <summary>The operator as PromQL writes it.</summary>
    public string Operator => Type switch
    {
        MatchType.Equal => "=",
        MatchType.NotEqual => "!=",
        MatchType.RegexMatch => "=~",
        _ => "!~",
    };

    public bool Equals(LabelMatcher? other) => other is not null && Type == other.Type && Name == other.Name && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as LabelMatcher);

    public override int GetHashCode() => HashCode.Combine(Type, Name, Value);

    public override string ToString() =>
        (LabelNames.IsLegacyLabelName(Name) ? Name : QuotedString.Of(Name)) + Operator + QuotedString.Of(Value);
}
