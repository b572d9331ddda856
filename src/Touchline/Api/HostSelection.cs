using Touchline.Collectors.Host;

namespace Touchline.Api;

/// <summary>Which collectors of the host a scrape asks for: all, those of <c>collect[]</c>, or all but those of <c>exclude[]</c>, as node_exporter takes them.</summary>
internal static class HostSelection
{
    /// <summary>False and node_exporter's words where it cannot be answered.</summary>
    public static bool TryRead(IQueryCollection query, HostCollector host, out Predicate<string> wants, out string problem)
    {
        var collect = query["collect[]"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        var exclude = query["exclude[]"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        wants = name => collect.Count > 0 ? collect.Contains(name) : !exclude.Contains(name);
        problem = "";
        if (collect.Count > 0 && exclude.Count > 0)
        {
            problem = "Combined collect and exclude queries are not allowed.";
        }
        else if (collect.Except(host.Names).FirstOrDefault() is { } absent)
        {
            var what = NodeCollectors.Entries.Any(entry => entry.Name == absent) ? "disabled" : "missing";
            problem = $"Couldn't create filtered metrics handler: couldn't create collector: {what} collector: {absent}";
        }
        return problem.Length == 0;
    }
}
