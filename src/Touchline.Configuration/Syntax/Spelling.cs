namespace Touchline.Configuration.Syntax;

/// <summary>Finds the word that was probably meant.</summary>
public static class Spelling
{
    private const int ShortestPrefix = 4;

    /// <summary>
    /// The candidate with the fewest edits from the word (at most a third of the letters may differ), else one that only goes on where
    /// the word ends (<c>user</c>, <c>username</c>); null where none is close.
    /// </summary>
    public static string? Closest(string word, IReadOnlyCollection<string> candidates)
    {
        // Keys are short: a long one is no misspelling, and comparing it would cost its length squared.
        if (word.Length is 0 or > 64)
        {
            return null;
        }
        var normalized = Normalize(word);
        string? best = null;
        var fewest = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Distance(normalized, Normalize(candidate));
            if (edits < fewest)
            {
                fewest = edits;
                best = candidate;
            }
        }
        return best ?? (word.Length >= ShortestPrefix
            ? candidates.FirstOrDefault(candidate => Normalize(candidate).StartsWith(normalized, StringComparison.Ordinal))
            : null);
    }

    private static string Normalize(string word) => word.Replace('-', '_').ToLowerInvariant();

    /// <summary>Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours count one each.</summary>
    private static int Distance(string a, string b)
    {
        var beforePrevious = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }
        return previous[b.Length];
    }
}
