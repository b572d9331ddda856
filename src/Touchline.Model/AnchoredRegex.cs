using System.Text.RegularExpressions;

namespace Touchline.Model;

/// <summary>
/// A regular expression in RE2's syntax that must match the whole value, as everywhere in Prometheus. Matching takes time
/// linear in the input, whatever the expression. Immutable and thread-safe.
/// </summary>
public sealed class AnchoredRegex
{
    private readonly Regex _regex;

    /// <exception cref="RegexSyntaxException">The pattern is not a regular expression in RE2's syntax.</exception>
    public AnchoredRegex(string pattern)
    {
        Pattern = pattern;
        try
        {
            _regex = new Regex($"^(?s:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RegexSyntaxException(e.Message);
        }
    }

    /// <summary>The expression as written, without the anchors.</summary>
    public string Pattern { get; }

    public bool IsMatch(string value) => _regex.IsMatch(value);

    /// <summary>The match with its groups, for replacement templates; <see cref="Group.Success"/> is false where it does not match.</summary>
    public Match Match(string value) => _regex.Match(value);
}
