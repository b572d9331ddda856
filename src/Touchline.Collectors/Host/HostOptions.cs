namespace Touchline.Collectors.Host;

/// <summary>Where the host is seen. In a container, the host's own /proc, /sys and / are mounted elsewhere.</summary>
public sealed record HostOptions
{
    public string ProcPath { get; init; } = "/proc";

    public string SysPath { get; init; } = "/sys";

    public string RootFsPath { get; init; } = "/";

    /// <summary>Where udev keeps what it knows of devices: models, serial numbers.</summary>
    public string UdevDataPath { get; init; } = "/run/udev/data";
}
