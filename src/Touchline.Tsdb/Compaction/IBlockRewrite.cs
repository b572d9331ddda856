using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Compaction;

/// <summary>What else happens to samples when a block is written anew. Called on the one compaction thread.</summary>
internal interface IBlockRewrite
{
    /// <summary>Whether a block is worth writing anew by itself, because of what a rewrite would do to it now.</summary>
    bool IsDue(Block block);

    /// <summary>Begins with the series of a block that is being written.</summary>
    /// <param name="merged">What is known of the block so far.</param>
    /// <param name="write">Takes what the block is to hold: series in the order of their labels, none without samples.</param>
    ISeriesRewrite Begin(BlockMeta merged, Action<Labels, SampleColumns> write);
}

/// <summary>One run over the series of a block.</summary>
internal interface ISeriesRewrite
{
    /// <summary>Takes the next series, in the order of labels, with its samples, which are the caller's again on return.</summary>
    void Add(Labels labels, SampleColumns rows);

    /// <summary>Writes what is left, and answers the resolution of the coarsest aggregates written (ms), 0 where there are none.</summary>
    long Finish();
}
