using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Compaction;

/// <summary>What else happens to samples when a block is written anew. Called on the one compaction thread.</summary>
internal interface IBlockRewrite
{
    /// <summary>Whether a block is worth writing anew by itself, because of what <see cref="Keep"/> would do to it now.</summary>
    bool IsDue(BlockMeta block);

    /// <summary>Copies the samples that stay from one set of columns to the other, which is empty; none drops the series from the block.</summary>
    void Keep(BlockMeta merged, Labels labels, SampleColumns rows, SampleColumns kept);
}
