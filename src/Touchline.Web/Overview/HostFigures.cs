namespace Touchline.Web.Overview;

/// <summary>A host now; null is not known (yet). Bytes, bytes a second, percent of 0 to 100, seconds.</summary>
internal sealed record HostFigures
{
    public required string Instance { get; init; }

    public string Name { get; init; } = "";

    public string System { get; init; } = "";

    public double? CpuPercent { get; init; }

    public double? Cores { get; init; }

    public double? MemoryUsed { get; init; }

    public double? MemoryTotal { get; init; }

    public double? Load1 { get; init; }

    public double? Load5 { get; init; }

    public double? Load15 { get; init; }

    public double? DiskRead { get; init; }

    public double? DiskWrite { get; init; }

    public double? NetworkReceive { get; init; }

    public double? NetworkTransmit { get; init; }

    public double? UptimeSeconds { get; init; }

    /// <summary>The fullest first.</summary>
    public IReadOnlyList<FilesystemFigure> Filesystems { get; init; } = [];

    public double? MemoryPercent => MemoryTotal > 0 ? 100 * MemoryUsed / MemoryTotal : null;
}

internal sealed record FilesystemFigure(string MountPoint, double SizeBytes, double AvailableBytes)
{
    public double UsedPercent => SizeBytes > 0 ? 100 * (1 - AvailableBytes / SizeBytes) : 0;
}
