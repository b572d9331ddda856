namespace Touchline.Model;

/// <summary>How a <see cref="LabelMatcher"/> compares: <c>=</c>, <c>!=</c>, <c>=~</c>, <c>!~</c>.</summary>
public enum MatchType
{
    Equal,
    NotEqual,
    RegexMatch,
    RegexNoMatch,
}
