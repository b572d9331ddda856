namespace Touchline.Collectors.Host;

/// <summary>Collectors that read /sys, and what is asked of other programs.</summary>
internal static class SysCollectors
{
    public static IReadOnlyList<NodeCollectorEntry> Entries { get; } =
    [
    ];
}
