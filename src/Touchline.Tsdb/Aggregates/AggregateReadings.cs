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

    public static void Read(SeriesAggregates aggregates, SampleReading reading, SampleColumns into)
    {
        var start = into.Count;
        foreach (var row in aggregates.Rows)
        {
            AddRow(row, reading, into, start);
        }
        AddSorted(aggregates.StaleTimes.Count, into, start, i => into.Add(aggregates.StaleTimes[i], Model.StaleMarker.Value));
        var counts = reading is SampleReading.Edges or SampleReading.Counter or SampleReading.Sum or SampleReading.Count;
        AddSorted(aggregates.Histograms.Count, into, start, i =>
        {
            var (time, histogram, count) = aggregates.Histograms[i];
            into.Add(time, histogram, counts ? count : 1);
        });
    }

    private static void AddSorted(int count, SampleColumns into, int start, Action<int> add)
    {
        var middle = into.Count;
        for (var i = 0; i < count; i++)
        {
            add(i);
        }
        if (middle > start && into.Count > middle && into.Timestamps[middle] <= into.Timestamps[middle - 1])
        {
            SampleMerge.Merge(into, start, middle);
        }
    }

    private static void AddRow(in AggregateRow row, SampleReading reading, SampleColumns into, int start)
    {
        switch (reading)
        {
            case SampleReading.Edges or SampleReading.Counter:
                AddEdges(row, withResets: reading == SampleReading.Counter, into, start);
                break;
            case SampleReading.Minimum:
                into.Add(row.Time, row.Min);
                break;
            case SampleReading.Maximum:
                into.Add(row.Time, row.Max);
                break;
            case SampleReading.Sum:
                into.Add(row.Time, row.Sum, row.Count);
                break;
            case SampleReading.Count:
                into.Add(row.Time, row.Last, row.Count);
                break;
            default:
                into.Add(row.Time, row.Last);
                break;
        }
    }

    /// <summary>
    /// The first sample and the last one. Where the counter was reset between them, one fall in their place adds what they all did, so that
    /// differences, made up for resets, come out as over the samples themselves.
    /// </summary>
    private static void AddEdges(in AggregateRow row, bool withResets, SampleColumns into, int start)
    {
        if (!HasRoomFor(row.FirstTime, row, into, start))
        {
            into.Add(row.Time, row.Last, row.Count);
            return;
        }
        into.Add(row.FirstTime, row.First, row.Count - 1);
        if (withResets && row.Resets != 0 && row.Time - row.FirstTime > 3)
        {
            // Nothing is lower than NaN, and it is lower than nothing: the way there is no fall.
            into.Add(row.FirstTime + 1, double.NaN, 0);
            into.Add(row.FirstTime + 2, row.Resets, 0);
            into.Add(row.FirstTime + 3, double.NegativeInfinity, 0);
        }
        into.Add(row.Time, row.Last);
    }

    /// <summary>Rows of samples that came late may overlap; what is given ascends all the same.</summary>
    private static bool HasRoomFor(long firstTime, in AggregateRow row, SampleColumns into, int start) =>
        firstTime < row.Time && (into.Count == start || firstTime > into.Timestamps[into.Count - 1]);
}
