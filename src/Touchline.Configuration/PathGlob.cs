namespace Touchline.Configuration;

/// <summary>Paths with wildcards, by the rules of Go's filepath.Glob: <c>*</c>, <c>?</c> and <c>[a-z]</c> within one part of the path.</summary>
public static class PathGlob
{
    public static bool HasWildcard(ReadOnlySpan<char> path) => path.ContainsAny('*', '?', '[');

    /// <summary>Whether Prometheus takes the path for rule files: at most one <c>*</c>, in the last part.</summary>
    public static bool HasWildcardInLastPartOnly(string path)
    {
        var star = path.IndexOf('*');
        return star < 0 || !path.AsSpan(star + 1).Contains('/');
    }

    /// <summary>The files that match, in ordinal order; the path itself where it has no wildcard and exists. Unreadable folders match nothing.</summary>
    public static IReadOnlyList<string> Expand(string pattern)
    {
        if (!HasWildcard(pattern))
        {
            return File.Exists(pattern) ? [pattern] : [];
        }
        var folder = Path.GetDirectoryName(pattern) ?? "/";
        var name = Path.GetFileName(pattern);
        var folders = HasWildcard(folder) ? ExpandFolders(folder) : [folder];
        var found = new List<string>();
        foreach (var candidate in folders)
        {
            foreach (var file in List(candidate, files: true))
            {
                if (Matches(name, Path.GetFileName(file)))
                {
                    found.Add(candidate.Length == 0 ? Path.GetFileName(file) : Path.Combine(candidate, Path.GetFileName(file)));
                }
            }
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Whether a name matches a pattern; a broken pattern matches nothing.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // The last star is the only one worth coming back to, so matching is linear in both for most names and never exponential.
        var (p, n, starP, starN) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (starP, starN) = (p++, n);
            }
            else if (p < pattern.Length && MatchOne(pattern[p..], name[n], out var length))
            {
                p += length;
                n++;
            }
            else if (starP >= 0)
            {
                p = starP + 1;
                n = ++starN;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].Trim('*').IsEmpty;
    }

    private static List<string> ExpandFolders(string pattern)
    {
        var parent = Path.GetDirectoryName(pattern) ?? "/";
        var name = Path.GetFileName(pattern);
        var parents = HasWildcard(parent) ? ExpandFolders(parent) : [parent];
        return parents.SelectMany(folder => List(folder, files: false)).Where(folder => Matches(name, Path.GetFileName(folder))).ToList();
    }

    private static IEnumerable<string> List(string folder, bool files)
    {
        var start = folder.Length == 0 ? "." : folder;
        try
        {
            return files ? Directory.GetFiles(start) : Directory.GetDirectories(start);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool MatchOne(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        switch (pattern[0])
        {
            case '?':
                return true;
            case '\\' when pattern.Length > 1:
                length = 2;
                return pattern[1] == c;
            case '[':
                return MatchClass(pattern, c, out length);
            default:
                return pattern[0] == c;
        }
    }

    private static bool MatchClass(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        var i = 1;
        var negated = i < pattern.Length && pattern[i] == '^';
        if (negated)
        {
            i++;
        }
        var matched = false;
        var first = true;
        while (i < pattern.Length && (pattern[i] != ']' || first))
        {
            var low = pattern[i++];
            var high = low;
            if (i + 1 < pattern.Length && pattern[i] == '-' && pattern[i + 1] != ']')
            {
                high = pattern[i + 1];
                i += 2;
            }
            matched |= low <= c && c <= high;
            first = false;
        }
        if (i >= pattern.Length)
        {
            return false;
        }
        length = i + 1;
        return matched != negated;
    }
}
