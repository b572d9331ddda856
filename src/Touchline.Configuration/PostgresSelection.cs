namespace Touchline.Configuration;

/// <summary>What a PostgreSQL is asked, where that is not what each is asked.</summary>
public sealed record PostgresSelection
{
    /// <summary>Those that are switched on or off by name; the others are as they are by themselves.</summary>
    public ValueList<CollectorSwitch> Collectors { get; init; } = [];

    public StatementSelection Statements { get; init; } = new();
}

/// <summary>A collector by the name that postgres_exporter has for it.</summary>
public sealed record CollectorSwitch(string Name, bool IsOn);

/// <summary>Which statements of pg_stat_statements are shown, and how.</summary>
public sealed record StatementSelection
{
    public const int MaxLimit = 5_000;

    public const int MaxQueryLength = 1_000;

    /// <summary>Whether the text of a statement is shown beside its number.</summary>
    public bool IncludesQuery { get; init; }

    /// <summary>Characters of the text that are shown.</summary>
    public int QueryLength { get; init; } = 120;

    /// <summary>How many statements, those first that took the most time.</summary>
    public int Limit { get; init; } = 100;

    public ValueList<string> ExcludedDatabases { get; init; } = [];

    public ValueList<string> ExcludedUsers { get; init; } = [];
}
