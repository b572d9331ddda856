using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Inspection;

/// <summary>Adds up what takes the room in blocks.</summary>
internal sealed class BlockShares
{
    private readonly Dictionary<string, (long Samples, long Bytes)> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Chunks, long Samples, long Bytes)> _codecs = new(StringComparer.Ordinal);

    public long Samples { get; private set; }

    public long ValueBytes { get; private set; }

    public long TimeBytes { get; private set; }

    public long IndexBytes { get; private set; }

    public void Add(Block block)
    {
        var symbols = new SymbolPages(block.Index.SymbolCount);
        var chunks = new List<ChunkMeta>();
        var valueBytes = 0L;
        for (uint series = 0; series < block.Index.SeriesCount; series++)
        {
            chunks.Clear();
            block.Index.ChunksOf(series, long.MinValue, long.MaxValue, chunks);
            var name = block.Index.LabelsOf(series, symbols)[LabelNames.MetricName];
            ref var metric = ref CollectionsMarshal.GetValueRefOrAddDefault(_metrics, name, out _);
            foreach (var chunk in chunks)
            {
                metric = (metric.Samples + chunk.Count, metric.Bytes + chunk.Length);
                ref var codec = ref CollectionsMarshal.GetValueRefOrAddDefault(_codecs, block.CodecOf(chunk), out _);
                codec = (codec.Chunks + 1, codec.Samples + chunk.Count, codec.Bytes + chunk.Length);
                Samples += chunk.Count;
                valueBytes += chunk.Length;
            }
        }
        ValueBytes += valueBytes;
        TimeBytes += block.Meta.ChunkBytes - valueBytes;
        IndexBytes += block.Meta.IndexBytes;
    }

    public IReadOnlyList<MetricShare> Metrics(int limit) =>
    [
        .. _metrics.Select(metric => new MetricShare(metric.Key, metric.Value.Samples, metric.Value.Bytes))
            .OrderByDescending(metric => metric.Bytes).ThenBy(metric => metric.Name, StringComparer.Ordinal).Take(limit),
    ];

    public IReadOnlyList<CodecShare> Codecs() =>
    [
        .. _codecs.Select(codec => new CodecShare(codec.Key, codec.Value.Chunks, codec.Value.Samples, codec.Value.Bytes))
            .OrderByDescending(codec => codec.Bytes).ThenBy(codec => codec.Name, StringComparer.Ordinal),
    ];
}
