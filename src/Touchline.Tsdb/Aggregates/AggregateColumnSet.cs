using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Aggregates;

/// <summary>The aggregates of one series at one resolution as the columns that a block keeps, and back.</summary>
/// <param name="beside">What the columns are read for: whoever meters it is told of them; null where nobody is.</param>
internal sealed class AggregateColumnSet(SampleColumns? beside = null)
{
    private static readonly int Columns = Enum.GetValues<AggregateColumn>().Length;

    private readonly SampleColumns?[] _columns = new SampleColumns?[Columns];

    /// <summary>The column, null where it has no rows at all.</summary>
    public SampleColumns? this[AggregateColumn column]
    {
        get => _columns[(int)column];
        set => _columns[(int)column] = value;
    }

    /// <summary>The column, empty, to read rows into.</summary>
    public SampleColumns Begin(AggregateColumn column)
    {
        var rows = this[column] ??= beside?.Beside() ?? new SampleColumns();
        rows.Clear();
        return rows;
    }

    /// <summary>Empties all columns, and keeps their memory for the next.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
        {
            column?.Clear();
        }
    }

    /// <summary>Takes out all rows within an interval.</summary>
    public void Remove(TimeInterval interval)
    {
        foreach (var column in _columns)
        {
            if (column is not null)
            {
                DeletedRows.Remove(column, 0, [interval]);
            }
        }
    }

    public bool Has(AggregateColumn column) => this[column] is { Count: > 0 };

    public ColumnCursor Walk(AggregateColumn column) => new(this[column]);

    /// <summary>Puts aggregates into columns, and leaves out those whose rows all have the value that stands in.</summary>
    /// <param name="aggregates">What is put into columns.</param>
    /// <param name="metricName">
    /// Tells whether falls are resets: a gauge falls in most windows, and what it fell from is nobody's question. One that is not named as a counter and
    /// does so keeps none.
    /// </param>
    public static AggregateColumnSet Of(SeriesAggregates aggregates, string metricName)
    {
        var set = new AggregateColumnSet { [AggregateColumn.Last] = LastAndStale(aggregates) };
        set[AggregateColumn.Count] = Column(aggregates, row => row.Count, _ => 1, sparse: false);
        set[AggregateColumn.First] = Column(aggregates, row => row.First, row => row.Last, sparse: false);
        set[AggregateColumn.Max] = Column(aggregates, row => row.Max, row => row.Last, sparse: false);
        set[AggregateColumn.Min] = Column(aggregates, row => row.Min, row => row.First, sparse: false);
        if (IsNamedAsCounter(metricName) || aggregates.Rows.Count(row => row.Resets != 0) * 2 <= aggregates.Rows.Count)
        {
            set[AggregateColumn.Resets] = Column(aggregates, row => row.Resets, _ => 0, sparse: true);
        }
        set[AggregateColumn.Span] = Column(aggregates, row => row.Time - row.FirstTime, _ => 0, sparse: false);
        set[AggregateColumn.Sum] = Column(aggregates, row => row.Sum, row => row.Last, sparse: false);
        if (aggregates.Histograms.Count > 0)
        {
            set[AggregateColumn.Histogram] = new SampleColumns();
            set[AggregateColumn.HistogramCount] = aggregates.Histograms.Exists(kept => kept.Count != 1) ? new SampleColumns() : null;
            foreach (var (time, histogram, count) in aggregates.Histograms)
            {
                set[AggregateColumn.Histogram]!.Add(time, histogram);
                set[AggregateColumn.HistogramCount]?.Add(time, (double)count);
            }
        }
        return set;
    }

    /// <summary>Joins the columns by time. Where a column that a reading does not need was not read, its stand-in is as good.</summary>
    public void AddTo(SeriesAggregates aggregates)
    {
        var count = Walk(AggregateColumn.Count);
        var first = Walk(AggregateColumn.First);
        var max = Walk(AggregateColumn.Max);
        var min = Walk(AggregateColumn.Min);
        var resets = Walk(AggregateColumn.Resets);
        var span = Walk(AggregateColumn.Span);
        var sum = Walk(AggregateColumn.Sum);
        for (var i = 0; i < (this[AggregateColumn.Last]?.Count ?? 0); i++)
        {
            var time = this[AggregateColumn.Last]!.Timestamps[i];
            var last = this[AggregateColumn.Last]!.Values[i];
            if (StaleMarker.Is(last))
            {
                aggregates.StaleTimes.Add(time);
                continue;
            }
            var row = new AggregateRow { Time = time, Last = last, First = first.At(time, last) };
            row.FirstTime = time - (long)span.At(time, 0);
            row.Count = (long)count.At(time, 1);
            row.Max = max.At(time, last);
            row.Min = min.At(time, row.First);
            row.Resets = resets.At(time, 0);
            row.Sum = sum.At(time, last);
            aggregates.Rows.Add(row);
        }
        var kept = Walk(AggregateColumn.HistogramCount);
        for (var i = 0; i < (this[AggregateColumn.Histogram]?.Count ?? 0); i++)
        {
            var time = this[AggregateColumn.Histogram]!.Timestamps[i];
            if (this[AggregateColumn.Histogram]!.Histograms[i] is { } histogram)
            {
                aggregates.Histograms.Add((time, histogram, (long)kept.At(time, 1)));
            }
        }
    }

    private static bool IsNamedAsCounter(string name) =>
        name.EndsWith("_total", StringComparison.Ordinal) || name.EndsWith("_sum", StringComparison.Ordinal)
        || name.EndsWith("_count", StringComparison.Ordinal) || name.EndsWith("_bucket", StringComparison.Ordinal);

    private static SampleColumns? LastAndStale(SeriesAggregates aggregates)
    {
        var column = new SampleColumns();
        var stale = 0;
        foreach (var row in aggregates.Rows)
        {
            for (; stale < aggregates.StaleTimes.Count && aggregates.StaleTimes[stale] < row.Time; stale++)
            {
                column.Add(aggregates.StaleTimes[stale], StaleMarker.Value);
            }
            column.Add(row.Time, row.Last);
        }
        for (; stale < aggregates.StaleTimes.Count; stale++)
        {
            column.Add(aggregates.StaleTimes[stale], StaleMarker.Value);
        }
        return column.Count == 0 ? null : column;
    }

    /// <param name="sparse">
    /// Whether only the rows are stored that differ from the stand-in; otherwise all, because columns with the same times share them.
    /// </param>
    private static SampleColumns? Column(SeriesAggregates aggregates, Func<AggregateRow, double> value, Func<AggregateRow, double> standIn, bool sparse)
    {
        var column = new SampleColumns();
        var differs = false;
        foreach (var row in aggregates.Rows)
        {
            var rowDiffers = BitConverter.DoubleToInt64Bits(value(row)) != BitConverter.DoubleToInt64Bits(standIn(row));
            differs |= rowDiffers;
            if (rowDiffers || !sparse)
            {
                column.Add(row.Time, value(row));
            }
        }
        return differs ? column : null;
    }
}
