using System.Globalization;

namespace Touchline.Configuration;

/// <summary>A key or a pattern of keys in one database: <c>db3=session:*</c>, or without a database that of number 0.</summary>
public sealed record RedisKeyPattern(int Database, string Key)
{
    private const string Prefix = "db";

    /// <summary>Whether it can match more than the key of its own name. Source: the documentation of SCAN, option MATCH.</summary>
    public bool IsPattern => Key.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>Null where there is no key.</summary>
    public static RedisKeyPattern? TryParse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        // What is in front of the first = is a database only where it looks like one: a key may have an = too.
        if (equals > Prefix.Length && text.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Prefix.Length, equals - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var database))
        {
            return equals + 1 < text.Length ? new RedisKeyPattern(database, text[(equals + 1)..]) : null;
        }
        return text.Length > 0 ? new RedisKeyPattern(0, text) : null;
    }

    public override string ToString() => $"{Prefix}{Database.ToString(CultureInfo.InvariantCulture)}={Key}";
}
