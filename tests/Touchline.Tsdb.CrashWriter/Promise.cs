namespace Touchline.Tsdb.CrashWriter;

/// <summary>What must be found in a data directory.</summary>
public sealed class Promise
{
    /// <summary>Every step up to here is there; -1 where nothing was promised.</summary>
    public long LastStep { get; set; } = -1;

    /// <summary>No step beyond this one was begun.</summary>
    public long NewestPossible { get; set; } = long.MaxValue;

    /// <summary>
    /// Whether each batch behind <see cref="LastStep"/> is there as a whole or not at all. It is where a process was killed; a snapshot that was made
    /// beside the writing may have a part of the batches that came meanwhile.
    /// </summary>
    public bool BatchesAreWhole { get; init; } = true;

    public List<Stretch> Deleted { get; } = [];

    /// <summary>Stretches whose deletion was begun and not confirmed: their samples may be there or not.</summary>
    public List<Stretch> Undecided { get; } = [];

    /// <summary>
    /// The newest step that retention may have counted from: one that was written, though a power loss took it again. The newest found where
    /// nothing is known of others.
    /// </summary>
    public long NewestKnown(long found) => NewestPossible == long.MaxValue ? found : NewestPossible;

    /// <summary>Takes over what a writer promised before it was killed.</summary>
    public void Add(WriterProcess writer)
    {
        LastStep = Math.Max(LastStep, writer.Acknowledged);
        NewestPossible = LastStep + 1;
        Deleted.AddRange(writer.Deleted);
        if (writer.Deleting is { } begun)
        {
            Undecided.Add(begun);
        }
        // Steps that retention has taken need not be remembered.
        Deleted.RemoveAll(stretch => stretch.To < LastStep - (3 * WrittenSamples.RetentionSteps));
        Undecided.RemoveAll(stretch => stretch.To < LastStep - (3 * WrittenSamples.RetentionSteps));
    }
}
