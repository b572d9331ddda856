using Touchline.Model;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>A series that samples were queued of.</summary>
/// <param name="id">Its number in the files of this process.</param>
internal sealed class QueuedSeries(uint id, Labels labels)
{
    public uint Id { get; } = id;

    public Labels Labels { get; } = labels;

    /// <summary>The newest file that says which labels it has; under the queue's lock.</summary>
    public int DefinedIn { get; set; }

    /// <summary>Since when it counts, as it was told last; 0 where it was not. Ms since the Unix epoch.</summary>
    public long CreatedMs { get; set; }

    /// <summary>Set when it was not seen for a whole file: whoever still has it looks it up anew.</summary>
    public bool IsForgotten { get; set; }
}
