namespace Touchline.RemoteWrite.Sending;

/// <summary>What became of a request.</summary>
internal enum SendOutcome
{
    /// <summary>The receiver has it.</summary>
    Sent,

    /// <summary>It did not arrive, or the receiver cannot take it now.</summary>
    Later,

    /// <summary>The receiver will never take it.</summary>
    Refused,
}

/// <summary>How many of each kind a receiver of version 2 says that it stored.</summary>
internal readonly record struct WrittenCounts(long Samples, long Histograms, long Exemplars);

/// <summary>The answer to a request.</summary>
/// <param name="Outcome">What follows from it.</param>
/// <param name="Status">The status code, 0 where there was no answer.</param>
/// <param name="Error">What is wrong, without secrets; empty where nothing is.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone.</param>
/// <param name="Written">Null where it does not say.</param>
internal readonly record struct SendResult(SendOutcome Outcome, int Status = 0, string Error = "", TimeSpan? RetryAfter = null, WrittenCounts? Written = null);
