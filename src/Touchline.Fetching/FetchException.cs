namespace Touchline.Fetching;

/// <summary>A scrape that did not get a body. The message is what the target's error shows, worded as Prometheus words it.</summary>
public sealed class FetchException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the body was refused for its size.</summary>
    public bool IsBodyTooLarge { get; init; }

    /// <summary>The status of an answer that was refused for it; null where there was none.</summary>
    public int? StatusCode { get; init; }
}
