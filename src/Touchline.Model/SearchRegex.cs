using System.Text.RegularExpressions;
using Touchline.Model.RegularExpressions;

namespace Touchline.Model;

/// <summary>
/// A regular expression in RE2's syntax that is looked for anywhere in a text, as Go's regexp does by default: <c>.</c> does not match line
/// ends. Matching takes time linear in the input, whatever the expression. Immutable and thread-safe.
/// </summary>
public sealed class SearchRegex
{
    private readonly Regex _regex;

    /// <exception cref="RegexSyntaxException">The pattern is not a regular expression in RE2's syntax, or is too large.</exception>
    public SearchRegex(string pattern)
    {
        Pattern = pattern;
        _regex = LinearRegex.Compile(pattern, NetPatternWriter.WriteAnywhere(Re2Parser.Parse(pattern, dotMatchesNewLine: false)));
    }

    public string Pattern { get; }

    public bool IsMatch(string text) => _regex.IsMatch(LinearRegex.WellFormed(text));

    /// <summary>The leftmost match with its groups, for <see cref="RegexTemplate"/>; <see cref="Group.Success"/> is false where there is none.</summary>
    public Match Match(string text) => _regex.Match(LinearRegex.WellFormed(text));

    public override string ToString() => Pattern;
}
