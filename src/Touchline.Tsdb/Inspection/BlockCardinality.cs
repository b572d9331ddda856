using Touchline.Model;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Inspection;

/// <summary>Counts what the labels of a block make of series, and which come and go within it.</summary>
internal sealed class BlockCardinality
{
    private readonly List<CountedName> _metrics = [];
    private readonly List<CountedName> _labels = [];
    private readonly List<CountedName> _pairs = [];
    private readonly List<ChurningPair> _churn = [];

    public BlockCardinality(Block block)
    {
        Series = block.Index.SeriesCount;
        var absent = AbsentShares(block);
        foreach (var name in block.Index.LabelNames())
        {
            var values = 0L;
            foreach (var value in block.Index.ValuesOf(name))
            {
                values++;
                var series = value.Series();
                _pairs.Add(new CountedName($"{name}={value.Value}", series.Length));
                if (name == Model.LabelNames.MetricName)
                {
                    _metrics.Add(new CountedName(value.Value, series.Length));
                }
                var churned = series.Sum(number => absent[number]);
                if (churned > 0)
                {
                    _churn.Add(new ChurningPair($"{name}={value.Value}", churned));
                }
            }
            _labels.Add(new CountedName(name, values));
        }
    }

    public long Series { get; }

    public long LabelPairs => _pairs.Count;

    public long LabelNames => _labels.Count;

    public IReadOnlyList<CountedName> Metrics(int limit) => Largest(_metrics, limit);

    public IReadOnlyList<CountedName> Labels(int limit) => Largest(_labels, limit);

    public IReadOnlyList<CountedName> Pairs(int limit) => Largest(_pairs, limit);

    public IReadOnlyList<ChurningPair> Churn(int limit) =>
        [.. _churn.OrderByDescending(pair => pair.Series).ThenBy(pair => pair.Pair, StringComparer.Ordinal).Take(limit)];

    private static IReadOnlyList<CountedName> Largest(List<CountedName> counts, int limit) =>
        [.. counts.OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Name, StringComparer.Ordinal).Take(limit)];

    /// <summary>By series, the share of the time between the block's first and last sample that it was not there.</summary>
    private static double[] AbsentShares(Block block)
    {
        var chunks = new List<ChunkMeta>();
        var spans = new (long First, long Last)[block.Index.SeriesCount];
        var (first, last) = (long.MaxValue, long.MinValue);
        for (uint series = 0; series < spans.Length; series++)
        {
            chunks.Clear();
            block.Index.ChunksOf(series, long.MinValue, long.MaxValue, chunks);
            spans[series] = chunks.Count > 0 ? (chunks[0].MinTime, chunks[^1].MaxTime) : (0, 0);
            (first, last) = (Math.Min(first, spans[series].First), Math.Max(last, spans[series].Last));
        }
        var absent = new double[spans.Length];
        // Offsets within an interval of collection are no churn.
        const double Noise = 0.01;
        for (var series = 0; series < absent.Length && last > first; series++)
        {
            var share = 1 - ((double)(spans[series].Last - spans[series].First) / (last - first));
            absent[series] = share > Noise ? share : 0;
        }
        return absent;
    }
}
