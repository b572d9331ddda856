using System.Collections.Immutable;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Asks mounted btrfs filesystems for their devices.</summary>
internal static class BtrfsDevices
{
    public static IReadOnlyDictionary<string, IReadOnlyList<BtrfsDevice>> None() => ImmutableDictionary<string, IReadOnlyList<BtrfsDevice>>.Empty;
}
