using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Inspection;

/// <summary>
/// Says what the blocks of a data directory are made of: which metrics and encodings take the room, which labels make the series, which come and go.
/// Nothing is decoded but the indexes. May run beside a server.
/// </summary>
public static class DataAnalysis
{
    /// <param name="path">The data directory.</param>
    /// <param name="limit">The length of each list.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="ExchangeException">There is no such data directory.</exception>
    public static AnalyzeReport Run(string path, int limit, CancellationToken cancellationToken)
    {
        var layout = DataLayout.Existing(path);
        var blocks = BlockList.Of(path);
        var shares = new BlockShares();
        var damage = new List<string>();
        var counted = blocks.LastOrDefault(block => block.Problem is null && block.ResolutionMs == 0 && block.MaxTimeMs - block.MinTimeMs >= ImportTarget.HeadRangeMs)
            ?? blocks.LastOrDefault(block => block.Problem is null);
        BlockCardinality? cardinality = null;
        foreach (var listed in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var directory = Path.Combine(layout.Blocks, listed.Id);
            try
            {
                var block = Block.Open(directory, (_, _) => { });
                try
                {
                    shares.Add(block);
                    cardinality = listed == counted ? new BlockCardinality(block) : cardinality;
                }
                finally
                {
                    block.Release();
                }
            }
            catch (CorruptDataException e)
            {
                damage.Add(e.Message);
            }
        }
        return new AnalyzeReport
        {
            Blocks = blocks,
            CountedBlock = cardinality is null ? null : counted?.Id,
            Series = cardinality?.Series ?? 0,
            LabelPairs = cardinality?.LabelPairs ?? 0,
            LabelNames = cardinality?.LabelNames ?? 0,
            PostingsEntries = cardinality?.PostingsEntries ?? 0,
            Samples = shares.Samples,
            ValueBytes = shares.ValueBytes,
            TimeBytes = shares.TimeBytes,
            IndexBytes = shares.IndexBytes,
            MetricsByBytes = shares.Metrics(limit),
            CodecsByBytes = shares.Codecs(),
            MetricsBySeries = cardinality?.Metrics(limit) ?? [],
            LabelsByValues = cardinality?.Labels(limit) ?? [],
            PairsBySeries = cardinality?.Pairs(limit) ?? [],
            PairsByChurn = cardinality?.Churn(limit) ?? [],
            LabelsByChurn = cardinality?.LabelChurn(limit) ?? [],
            LabelsByLength = cardinality?.Lengths(limit) ?? [],
            Damage = damage,
        };
    }
}
