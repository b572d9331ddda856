using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Retention;

/// <summary>Which blocks are too old, or too many for the space they may take. A block goes as a whole or stays.</summary>
internal static class RetentionPolicy
{
    /// <param name="blocks">Ordered by time, oldest first.</param>
    /// <param name="ageFromMs">From when on age counts: see <see cref="RetentionOrigin"/>.</param>
    /// <param name="otherBytes">What the data directory holds beside the blocks.</param>
    /// <param name="keepMs">How long a block is kept, 0 for ever.</param>
    /// <param name="sizeBytes">What everything together may take, 0 for any size.</param>
    public static List<Block> Expired(
        IReadOnlyList<Block> blocks, long ageFromMs, long otherBytes, long keepMs, long sizeBytes)
    {
        var expired = new List<Block>();
        var bytes = otherBytes + blocks.Sum(block => block.Bytes);
        foreach (var block in blocks)
        {
            var tooOld = keepMs > 0 && block.Meta.MaxTimeMs <= ageFromMs - keepMs;
            var tooMany = sizeBytes > 0 && bytes > sizeBytes;
            if (tooOld || tooMany)
            {
                expired.Add(block);
                bytes -= block.Bytes;
            }
        }
        return expired;
    }
}
