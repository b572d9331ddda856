namespace Touchline.Model;

/// <summary>A regular expression is not valid RE2 syntax, or uses what RE2 has not (look-around, back-references).</summary>
public sealed class RegexSyntaxException(string message) : FormatException(message);
