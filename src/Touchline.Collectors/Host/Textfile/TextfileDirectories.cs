using System.IO.Enumeration;

namespace Touchline.Collectors.Host.Textfile;

/// <summary>The directories that a pattern stands for: <c>*</c> and <c>?</c> match within a name.</summary>
internal static class TextfileDirectories
{
    private const int MaxDirectories = 1000;

    /// <summary>The pattern itself where nothing matches, so that a directory that is not there is missed.</summary>
    public static IReadOnlyList<string> Of(string pattern)
    {
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0)
        {
            return [pattern];
        }
        IEnumerable<string> found = [pattern.StartsWith('/') ? "/" : "."];
        foreach (var name in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = found.SelectMany(folder => Below(folder, name));
        }
        var directories = found.Take(MaxDirectories).ToList();
        return directories.Count > 0 ? directories : [pattern];
    }

    private static IEnumerable<string> Below(string folder, string name)
    {
        if (name.AsSpan().IndexOfAny('*', '?') < 0)
        {
            var path = Path.Combine(folder, name);
            return Directory.Exists(path) ? [path] : [];
        }
        try
        {
            return [.. Directory.EnumerateDirectories(folder)
                .Where(path => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path), ignoreCase: false))
                .Take(MaxDirectories).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
