namespace Touchline.Collectors.Host.Systemd;

/// <summary>What systemd answered about a unit; null where it was not asked or did not know. Times are in µs since 1970.</summary>
internal sealed record SystemdUnitAnswers(SystemdUnit Unit)
{
    /// <summary>Of a service how it starts, of a mount the filesystem.</summary>
    public string Type { get; set; } = "";

    public double? Restarts { get; set; }

    public double? Tasks { get; set; }

    public double? MaxTasks { get; set; }

    public double? Started { get; set; }

    public double? LastTrigger { get; set; }

    public double? Accepted { get; set; }

    public double? Connections { get; set; }

    public double? Refused { get; set; }
}
