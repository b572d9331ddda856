using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Touchline.Model.RegularExpressions;

namespace Touchline.Model;

/// <summary>
/// A regular expression in RE2's syntax that must match the whole value, as everywhere in Prometheus; <c>.</c> matches line ends. Matching
/// takes time linear in the input, whatever the expression. Immutable and thread-safe. What differs from RE2: <c>\b</c> counts letters
/// beyond ASCII as letters, and beyond U+FFFF Unicode categories are told apart by blocks of 1024 characters only. Where a value ends in a
/// line feed, .NET's engine may leave the group empty that ends with it.
/// </summary>
public sealed class AnchoredRegex
{
    private readonly FrozenSet<string>? _alternatives;
    private readonly AffixPattern? _affix;
    private readonly Lazy<Regex> _regex;

    /// <exception cref="RegexSyntaxException">The pattern is not a regular expression in RE2's syntax, or is too large.</exception>
    public AnchoredRegex(string pattern)
    {
        Pattern = pattern;
        var node = Re2Parser.Parse(pattern);
        var parts = LiteralAnalysis.Flatten(node);
        Prefix = LiteralAnalysis.Prefix(parts);
        _alternatives = LiteralAnalysis.Alternatives(new ConcatNode(parts))?.ToFrozenSet(StringComparer.Ordinal);
        _affix = AffixPattern.TryMake(parts);
        _regex = new Lazy<Regex>(() => LinearRegex.Compile(pattern, NetPatternWriter.Write(node)));
        if (_alternatives is null && _affix is null)
        {
            // What is too large is refused here rather than at the first match.
            _ = _regex.Value;
        }
    }

    /// <summary>The expression as written, without the anchors.</summary>
    public string Pattern { get; }

    /// <summary>
    /// All values that match, where the expression is nothing but a choice between them (<c>a|b</c>, <c>a(b|c)</c>, <c>a[12]</c>), so that an
    /// index can look each one up; null otherwise.
    /// </summary>
    public IReadOnlySet<string>? LiteralAlternatives => _alternatives;

    /// <summary>What every value that matches begins with; empty where nothing is known.</summary>
    public string Prefix { get; }

    /// <summary>Whether every value matches (<c>.*</c>).</summary>
    public bool MatchesEverything => _affix is { MatchesEverything: true };

    public bool IsMatch(string value) =>
        _alternatives is not null ? _alternatives.Contains(value)
        : _affix is not null ? _affix.IsMatch(value)
        : value.StartsWith(Prefix, StringComparison.Ordinal) && _regex.Value.IsMatch(LinearRegex.WellFormed(value));

    /// <summary>
    /// The match with its groups, for <see cref="RegexTemplate"/>; <see cref="Group.Success"/> is false where it does not match. Groups are
    /// numbered as RE2 does, by their opening parentheses.
    /// </summary>
    public Match Match(string value) => _regex.Value.Match(LinearRegex.WellFormed(value));
}
