using System.Runtime.CompilerServices;
using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Cardinality;

/// <summary>
/// What the samples of each metric take in the blocks: the bytes of its chunks. The index and the columns of times that series share are not
/// in it. A block does not change, so that each is counted once, when somebody first asks. Thread-safe.
/// </summary>
internal sealed class MetricBytes(BlockCatalog blocks, Action<string> damage)
{
    private readonly ConditionalWeakTable<Block, Dictionary<string, long>> _counted = [];
    private readonly Lock _counting = new();

    /// <summary>The metrics with the most bytes, falling.</summary>
    public IReadOnlyList<NamedCount> Heaviest(int limit, CancellationToken cancellationToken) =>
        [.. All(cancellationToken).Select(entry => new NamedCount(entry.Key, entry.Value))
            .OrderByDescending(count => count.Count).ThenBy(count => count.Name, StringComparer.Ordinal).Take(limit)];

    /// <summary>The bytes of every metric that has samples in a block.</summary>
    public Dictionary<string, long> All(CancellationToken cancellationToken)
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var block in blocks.Blocks)
        {
            foreach (var (metric, count) in Of(block, cancellationToken))
            {
                bytes[metric] = bytes.GetValueOrDefault(metric) + count;
            }
        }
        return bytes;
    }

    private Dictionary<string, long> Of(Block block, CancellationToken cancellationToken)
    {
        // Two who ask at once do not count twice; the second waits.
        lock (_counting)
        {
            if (_counted.TryGetValue(block, out var known))
            {
                return known;
            }
            if (!block.TryAcquire())
            {
                return []; // It was compacted or retired meanwhile.
            }
            try
            {
                var counted = Count(block.Index, cancellationToken);
                _counted.Add(block, counted);
                return counted;
            }
            catch (CorruptDataException e)
            {
                damage($"{Path.Combine(block.Directory, BlockFiles.Index)}: {e.Message}");
                _counted.Add(block, []);
                return [];
            }
            finally
            {
                block.Release();
            }
        }
    }

    private static Dictionary<string, long> Count(BlockIndex index, CancellationToken cancellationToken)
    {
        var ofSeries = index.ChunkBytes();
        var ofMetric = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var metric in index.ValuesOf(LabelNames.MetricName))
        {
            cancellationToken.ThrowIfCancellationRequested();
            long bytes = 0;
            foreach (var series in metric.Series())
            {
                bytes += ofSeries[series];
            }
            ofMetric[metric.Value] = bytes;
        }
        return ofMetric;
    }
}
