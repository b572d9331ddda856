namespace Touchline.Collectors;

/// <summary>How the collections of one source go. Times are those of the loop's clock.</summary>
public sealed record CollectionSnapshot
{
    public required string JobName { get; init; }

    public required string Instance { get; init; }

    public required TimeSpan Interval { get; init; }

    /// <summary>Null before the first collection.</summary>
    public DateTimeOffset? LastCollection { get; init; }

    public TimeSpan LastDuration { get; init; }

    /// <summary>Samples of the last collection, those on the collection itself not counted.</summary>
    public int LastSamples { get; init; }

    /// <summary>How many of them the store refused.</summary>
    public int LastRefused { get; init; }

    /// <summary>What went wrong at the last collection; empty where nothing did.</summary>
    public string LastError { get; init; } = "";
}
