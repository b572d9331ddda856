namespace Touchline.Health;

/// <summary>A service as the status page shows it. Ratios from 0 to 1, null where nothing is known.</summary>
internal sealed record ServiceHealth
{
    public required string Name { get; init; }

    /// <summary>Null where nobody has looked lately.</summary>
    public bool? IsUp { get; init; }

    public DateTimeOffset? Since { get; init; }

    public double? Uptime24Hours { get; init; }

    public double? Uptime30Days { get; init; }

    /// <summary>The last thirty days, the latest last.</summary>
    public IReadOnlyList<DayHealth> Days { get; init; } = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];
}

/// <summary>One day of UTC, with the part of it in which a service was up; null where nothing is known.</summary>
internal readonly record struct DayHealth(DateOnly Day, double? Uptime);
