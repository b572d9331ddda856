using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host;

/// <summary>The collectors that make up the host: what the flags, their list and the host's collections are made from.</summary>
public static class NodeCollectors
{
    /// <summary>All that there are, by name.</summary>
    public static IReadOnlyList<NodeCollectorEntry> Entries { get; } =
        [.. ProcCollectors.Entries.Concat(SysCollectors.Entries).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>The settings of all collectors, in the order of these.</summary>
    public static IReadOnlyList<NodeFlag> Flags { get; } = [.. Entries.SelectMany(entry => entry.Flags)];

    /// <summary>Makes those that are switched on.</summary>
    internal static IReadOnlyList<NodeCollector> Create(HostOptions options, TimeProvider time) =>
        [.. Entries.Where(entry => IsOn(entry, options)).Select(entry => entry.Create(options, time))];

    private static bool IsOn(NodeCollectorEntry entry, HostOptions options) =>
        options.Collectors.TryGetValue(entry.Name, out var given) ? given : entry.IsOnByDefault && !options.DisableDefaults;
}
