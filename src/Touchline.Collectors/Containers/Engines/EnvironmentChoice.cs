namespace Touchline.Collectors.Containers.Engines;

/// <summary>
/// Which variables of containers become labels: those whose names begin with one of some texts. All others, which may hold secrets, are
/// forgotten where they are read.
/// </summary>
internal sealed class EnvironmentChoice(IReadOnlyList<string> prefixes)
{
    public static readonly EnvironmentChoice None = new([]);

    /// <summary>Whether no variable is chosen, so that nobody needs to ask for any.</summary>
    public bool IsEmpty => prefixes.Count == 0;

    /// <summary>The chosen ones, by name.</summary>
    /// <param name="variables"><c>NAME=value</c>.</param>
    /// <param name="inLowerCase">Whether names are written in lower case, as cAdvisor does it with Docker's containers and not with containerd's.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Of(IEnumerable<string> variables, bool inLowerCase)
    {
        var chosen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            var equals = variable.IndexOf('=');
            if (equals > 0 && prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal) && prefix.Length <= equals))
            {
                var name = variable[..equals];
                chosen[inLowerCase ? name.ToLowerInvariant() : name] = variable[(equals + 1)..];
            }
        }
        return [.. chosen];
    }
}
