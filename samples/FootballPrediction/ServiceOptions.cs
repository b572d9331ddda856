namespace FootballPrediction;

/// <summary>The settings of one start of the service.</summary>
internal sealed record ServiceOptions
{
    public const string DefaultUrls = "http://127.0.0.1:8000";

    public string Urls { get; init; } = DefaultUrls;

    /// <summary>Where the SQLite file lies; unused with PostgreSQL.</summary>
    public string DataDirectory { get; init; } = "football-data";

    /// <summary>A PostgreSQL connection string; null for SQLite.</summary>
    public string? Postgres { get; init; }

    /// <summary>A Redis connection string; null for no cache.</summary>
    public string? Redis { get; init; }

    public bool Simulate { get; init; } = true;

    /// <summary>How many days pass in the league in a minute here.</summary>
    public double DaysPerMinute { get; init; } = 14;

    public int Seed { get; init; } = 1997;

    /// <summary>As <see cref="Faults.FaultBoard.TrySwitchOnAll"/> reads them.</summary>
    public string Faults { get; init; } = "";

    /// <summary>CSV files to import instead of serving.</summary>
    public IReadOnlyList<string> Import { get; init; } = [];
}
