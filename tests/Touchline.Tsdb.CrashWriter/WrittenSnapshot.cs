namespace Touchline.Tsdb.CrashWriter;

/// <summary>A snapshot that a writer made, or was making when it was killed, and what had been promised when it began and when it was done.</summary>
public sealed class WrittenSnapshot(long firstStep, int deletedBefore)
{
    /// <summary>The last step that was committed when it began: this and all before are in it.</summary>
    public long FirstStep => firstStep;

    /// <summary>How many of the writer's deletions are in it.</summary>
    public int DeletedBefore => deletedBefore;

    /// <summary>Its directory's name; null where the writer did not live to tell.</summary>
    public string? Name { get; set; }

    /// <summary>No step beyond this one is in it.</summary>
    public long NewestPossible { get; set; } = long.MaxValue;

    /// <summary>How many deletions may be in it, in whole or in part.</summary>
    public int DeletedUntil { get; set; } = int.MaxValue;

    /// <summary>The deletion that was under way when it was done.</summary>
    public Stretch? Deleting { get; set; }
}
