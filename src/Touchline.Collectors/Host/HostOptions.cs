using System.Collections.Immutable;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host;

/// <summary>Where the host is seen, and what of it. In a container, the host's own /proc, /sys and / are mounted elsewhere.</summary>
public sealed record HostOptions
{
    public string ProcPath { get; init; } = "/proc";

    public string SysPath { get; init; } = "/sys";

    public string RootFsPath { get; init; } = "/";

    /// <summary>Where udev keeps what it knows of devices: models, serial numbers.</summary>
    public string UdevDataPath { get; init; } = "/run/udev/data";

    /// <summary>The D-Bus address at which systemd is asked; null for that of the system's bus.</summary>
    public string? SystemBusAddress { get; init; }

    /// <summary>Whether only those collectors run that <see cref="Collectors"/> switches on.</summary>
    public bool DisableDefaults { get; init; }

    /// <summary>Collectors that were switched on or off, by name; the others are as node_exporter has them.</summary>
    public ImmutableDictionary<string, bool> Collectors { get; init; } = ImmutableDictionary.Create<string, bool>(StringComparer.Ordinal);

    /// <summary>Settings of single collectors.</summary>
    public NodeFlagValues Flags { get; init; } = NodeFlagValues.Defaults;
}
