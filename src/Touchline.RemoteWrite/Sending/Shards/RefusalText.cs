namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>What receivers say when they refuse samples.</summary>
internal static class RefusalText
{
    /// <summary>In the words of Prometheus and Thanos, of Cortex and Mimir, and of this program's receiver.</summary>
    private static readonly string[] Words = ["out of order", "out-of-order", "duplicate sample", "duplicate timestamp", "same timestamp", "later samples"];

    /// <summary>Whether a receiver says that it has samples of the series for this time, or for later ones.</summary>
    public static bool TellsOfRepetition(string error) => Words.Any(word => error.Contains(word, StringComparison.OrdinalIgnoreCase));
}
