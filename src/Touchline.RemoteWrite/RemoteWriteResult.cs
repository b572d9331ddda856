namespace Touchline.RemoteWrite;

/// <summary>What became of a message as a whole.</summary>
public enum RemoteWriteOutcome
{
    /// <summary>Everything is stored.</summary>
    Stored,

    /// <summary>Some samples or series were refused and will be again, whenever they are sent; the rest is stored.</summary>
    PartlyStored,

    /// <summary>The body is no message; nothing of it is stored.</summary>
    Malformed,

    /// <summary>The message is larger than this receiver takes; nothing of it is stored.</summary>
    TooLarge,

    /// <summary>The store takes nothing for now; nothing is stored, and the sender should try again.</summary>
    Unavailable,
}

/// <summary>The answer to a message. What was written counts samples that were there already, as Prometheus does.</summary>
/// <param name="Reason">What is wrong, for the sender's log; empty where everything is stored.</param>
public readonly record struct RemoteWriteResult(RemoteWriteOutcome Outcome, long Samples, long Histograms, long Exemplars, string Reason);
