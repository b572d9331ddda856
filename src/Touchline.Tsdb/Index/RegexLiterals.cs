namespace Touchline.Tsdb.Index;

/// <summary>
/// Recognises expressions that are only a choice of literal strings (<c>a|b|c</c>, as dashboards' variables write them), which
/// are looked up instead of tried on every value.
/// </summary>
internal static class RegexLiterals
{
    private const string Special = "\\.+*?()[]{}^$";

    public static bool TryParse(string pattern, out string[] literals)
    {
        var body = pattern.AsSpan();
        if (body.StartsWith("(?:") && body.EndsWith(")"))
        {
            body = body[3..^1];
        }
        else if (body.StartsWith("(") && body.EndsWith(")"))
        {
            body = body[1..^1];
        }
        if (body.ContainsAny(Special))
        {
            literals = [];
            return false;
        }
        literals = body.ToString().Split('|');
        return true;
    }
}
