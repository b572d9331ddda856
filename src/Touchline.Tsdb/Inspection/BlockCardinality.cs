using Touchline.Model;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Inspection;

/// <summary>Counts what the labels of a block make of series, and which come and go within it.</summary>
internal sealed class BlockCardinality
{
    private readonly List<CountedName> _metrics = [];
    private readonly List<CountedName> _labels = [];
    private readonly List<CountedName> _pairs = [];
    private readonly List<CountedName> _lengths = [];
    private readonly List<ChurningPair> _churn = [];
    private readonly List<ChurningPair> _labelChurn = [];

    public BlockCardinality(Block block)
    {
        var columns = Columns(block);
        Series = block.Index.SeriesCount - columns.Count(isColumn => isColumn);
        var absent = AbsentShares(block);
        foreach (var name in block.Index.LabelNames().Where(name => name != AggregateLabel.Name))
        {
            var (values, length, churnedOfName) = (0L, 0L, 0.0);
            foreach (var value in block.Index.ValuesOf(name))
            {
                var series = Array.FindAll(value.Series(), number => !columns[(int)number]);
                if (series.Length == 0)
                {
                    continue;
                }
                values++;
                length += value.Value.Length;
                PostingsEntries += series.Length;
                _pairs.Add(new CountedName($"{name}={value.Value}", series.Length));
                if (name == Model.LabelNames.MetricName)
                {
                    _metrics.Add(new CountedName(value.Value, series.Length));
                }
                var churned = series.Sum(number => absent[number]);
                churnedOfName += churned;
                if (churned > 0)
                {
                    _churn.Add(new ChurningPair($"{name}={value.Value}", churned));
                }
            }
            if (values == 0)
            {
                continue; // It belongs to columns of aggregates alone.
            }
            _labels.Add(new CountedName(name, values));
            _lengths.Add(new CountedName(name, length));
            if (churnedOfName > 0)
            {
                _labelChurn.Add(new ChurningPair(name, churnedOfName));
            }
        }
    }

    public long Series { get; }

    public long LabelPairs => _pairs.Count;

    public long LabelNames => _labels.Count;

    public long PostingsEntries { get; private set; }

    public IReadOnlyList<CountedName> Metrics(int limit) => Largest(_metrics, limit);

    public IReadOnlyList<CountedName> Labels(int limit) => Largest(_labels, limit);

    public IReadOnlyList<CountedName> Pairs(int limit) => Largest(_pairs, limit);

    public IReadOnlyList<CountedName> Lengths(int limit) => Largest(_lengths, limit);

    public IReadOnlyList<ChurningPair> Churn(int limit) => Largest(_churn, limit);

    public IReadOnlyList<ChurningPair> LabelChurn(int limit) => Largest(_labelChurn, limit);

    private static IReadOnlyList<ChurningPair> Largest(List<ChurningPair> churn, int limit) =>
        [.. churn.OrderByDescending(pair => pair.Series).ThenBy(pair => pair.Pair, StringComparer.Ordinal).Take(limit)];

    private static IReadOnlyList<CountedName> Largest(List<CountedName> counts, int limit) =>
        [.. counts.OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Name, StringComparer.Ordinal).Take(limit)];

    /// <summary>
    /// By series, whether it is a column of aggregates of a series that stands in the block before it. The first column stands for a series that is there by its
    /// aggregates alone.
    /// </summary>
    private static bool[] Columns(Block block)
    {
        var columns = new bool[block.Index.SeriesCount];
        var symbols = new SymbolPages(block.Index.SymbolCount);
        Labels? counted = null;
        for (uint number = 0; number < columns.Length; number++)
        {
            var labels = block.Index.LabelsOf(number, symbols);
            var isColumn = AggregateLabel.TryRemove(labels, out var series, out _, out _);
            columns[number] = isColumn && series.Equals(counted);
            counted = series;
        }
        return columns;
    }

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
