using System.Text;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// Gives equal label names and values of one target as one string, because most series of a target differ in one or two labels only.
/// Not thread-safe; emptied with the cache it serves.
/// </summary>
internal sealed class StringPool
{
    /// <summary>Longer texts are seldom repeated, and looking them up costs more than they save.</summary>
    private const int LongestPooled = 128;

    private readonly HashSet<string> _strings = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public StringPool() => _lookup = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The text of a bare or quoted token, which must be valid UTF-8.</summary>
    public string Get(ReadOnlySpan<byte> token)
    {
        if (!token.IsEmpty && token[0] == '"')
        {
            token = token[1..^1];
        }
        if (token.Length > LongestPooled || token.IndexOf((byte)'\\') >= 0)
        {
            return SeriesText.Unescape(token);
        }
        Span<char> characters = stackalloc char[LongestPooled];
        ReadOnlySpan<char> text = characters[..Encoding.UTF8.GetChars(token, characters)];
        if (_lookup.TryGetValue(text, out var pooled))
        {
            return pooled;
        }
        pooled = text.ToString();
        _strings.Add(pooled);
        return pooled;
    }

    public void Clear() => _strings.Clear();
}
