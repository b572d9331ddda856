using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Aggregates;

/// <summary>Gives aggregates as the rows that a reading asks for.</summary>
internal static class AggregateReadings
{
    /// <summary>The columns that a reading needs, beside the last values.</summary>
    public static ReadOnlySpan<AggregateColumn> Columns(SampleReading reading) => reading switch
    {
        SampleReading.Edges =>
        [
            AggregateColumn.Last, AggregateColumn.First, AggregateColumn.Span, AggregateColumn.Count, AggregateColumn.Histogram,
            AggregateColumn.HistogramCount,
        ],
        SampleReading.Counter =>
        [
            AggregateColumn.Last, AggregateColumn.First, AggregateColumn.Span, AggregateColumn.Count, AggregateColumn.Resets,
            AggregateColumn.Histogram, AggregateColumn.HistogramCount,
        ],
        // The first value stands in for the lowest.
        SampleReading.Minimum => [AggregateColumn.Last, AggregateColumn.First, AggregateColumn.Min, AggregateColumn.Histogram],
        SampleReading.Maximum => [AggregateColumn.Last, AggregateColumn.Max, AggregateColumn.Histogram],
        SampleReading.Sum =>
            [AggregateColumn.Last, AggregateColumn.Sum, AggregateColumn.Count, AggregateColumn.Histogram, AggregateColumn.HistogramCount],
        SampleReading.Count => [AggregateColumn.Last, AggregateColumn.Count, AggregateColumn.Histogram, AggregateColumn.HistogramCount],
        _ => [AggregateColumn.Last, AggregateColumn.Histogram],
    };

    /// <summary>Appends what a reading asks for of the rows in the columns.</summary>
    public static void Read(AggregateColumnSet set, long resolutionMs, SampleReading reading, SampleColumns into)
    {
        if (!set.Has(AggregateColumn.Histogram))
        {
            ReadFloats(set, reading, into);
            return;
        }
        var aggregates = new SeriesAggregates(resolutionMs);
        set.AddTo(aggregates);
        Read(aggregates, set, reading, into);
    }

    private static void Read(SeriesAggregates aggregates, AggregateColumnSet set, SampleReading reading, SampleColumns into)
    {
        var start = into.Count;
        ReadFloats(set, reading, into);
        var counts = reading is SampleReading.Edges or SampleReading.Counter or SampleReading.Sum or SampleReading.Count;
        var middle = into.Count;
        foreach (var (time, histogram, count) in aggregates.Histograms)
        {
            into.Add(time, histogram, counts ? count : 1);
        }
        SampleMerge.KeepOrder(into, start, middle);
    }

    /// <summary>
    /// From the columns into those that were asked for, a row after the other: a query over months has millions of them, and rows between the two
    /// took four times as long (benchmarks/downsampling).
    /// </summary>
    private static void ReadFloats(AggregateColumnSet set, SampleReading reading, SampleColumns into)
    {
        if (set[AggregateColumn.Last] is not { Count: > 0 } last)
        {
            return;
        }
        switch (reading)
        {
            case SampleReading.Edges or SampleReading.Counter:
                ReadEdges(set, last, withResets: reading == SampleReading.Counter, into);
                break;
            case SampleReading.Minimum:
                // The first value stands in, and where that is not there either, the last.
                Copy(last, set.Has(AggregateColumn.Min) ? set.Walk(AggregateColumn.Min) : set.Walk(AggregateColumn.First), into);
                break;
            case SampleReading.Maximum:
                Copy(last, set.Walk(AggregateColumn.Max), into);
                break;
            case SampleReading.Sum:
                CopyWithCounts(last, set.Walk(AggregateColumn.Sum), set.Walk(AggregateColumn.Count), into);
                break;
            case SampleReading.Count:
                CopyWithCounts(last, default, set.Walk(AggregateColumn.Count), into);
                break;
            default:
                Copy(last, default, into);
                break;
        }
    }

    private static void Copy(SampleColumns last, ColumnCursor column, SampleColumns into)
    {
        into.Extend(last.Count, out var times, out var values);
        last.Timestamps.CopyTo(times);
        for (var i = 0; i < times.Length; i++)
        {
            values[i] = StaleMarker.Is(last.Values[i]) ? last.Values[i] : column.At(times[i], last.Values[i]);
        }
    }

    private static void CopyWithCounts(SampleColumns last, ColumnCursor column, ColumnCursor counts, SampleColumns into)
    {
        for (var i = 0; i < last.Count; i++)
        {
            var (time, value) = (last.Timestamps[i], last.Values[i]);
            if (StaleMarker.Is(value))
            {
                into.Add(time, value);
            }
            else
            {
                into.Add(time, column.At(time, value), (long)counts.At(time, 1));
            }
        }
    }

    /// <summary>
    /// The first sample and the last one. Where the counter was reset between them, one fall in their place adds what they all did, so that
    /// differences, made up for resets, come out as over the samples themselves.
    /// </summary>
    private static void ReadEdges(AggregateColumnSet set, SampleColumns last, bool withResets, SampleColumns into)
    {
        var start = into.Count;
        var firsts = set.Walk(AggregateColumn.First);
        var spans = set.Walk(AggregateColumn.Span);
        var counts = set.Walk(AggregateColumn.Count);
        var falls = withResets ? set.Walk(AggregateColumn.Resets) : default;
        for (var i = 0; i < last.Count; i++)
        {
            var (time, value) = (last.Timestamps[i], last.Values[i]);
            if (StaleMarker.Is(value))
            {
                into.Add(time, value);
                continue;
            }
            var firstTime = time - (long)spans.At(time, 0);
            var count = (long)counts.At(time, 1);
            // Rows of samples that came late may overlap; what is given ascends all the same.
            if (firstTime >= time || (into.Count > start && firstTime <= into.Timestamps[into.Count - 1]))
            {
                into.Add(time, value, count);
                continue;
            }
            into.Add(firstTime, firsts.At(time, value), count - 1);
            if (falls.At(time, 0) is var fallen && fallen != 0 && time - firstTime > 3)
            {
                // Nothing is lower than NaN, and it is lower than nothing: the way there is no fall.
                into.Add(firstTime + 1, double.NaN, 0);
                into.Add(firstTime + 2, fallen, 0);
                into.Add(firstTime + 3, double.NegativeInfinity, 0);
            }
            into.Add(time, value);
        }
    }
}
