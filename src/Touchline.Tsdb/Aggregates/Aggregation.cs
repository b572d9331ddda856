using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Aggregates;

/// <summary>Makes aggregates: of samples, and of finer aggregates.</summary>
internal static class Aggregation
{
    /// <summary>Aggregates the samples up to a time (inclusive) and adds them to what there is.</summary>
    /// <returns>How many rows were taken.</returns>
    public static int OfSamples(SampleColumns samples, long throughMs, SeriesAggregates into)
    {
        var events = new SeriesAggregates(into.ResolutionMs);
        var row = default(AggregateRow);
        var sum = new CompensatedSum();
        var windowEnd = long.MinValue;
        var taken = 0;
        for (; taken < samples.Count && samples.Timestamps[taken] <= throughMs; taken++)
        {
            var time = samples.Timestamps[taken];
            var value = samples.Values[taken];
            if (samples.HasHistograms && samples.Histograms[taken] is { } histogram)
            {
                if (histogram.IsStale)
                {
                    events.StaleTimes.Add(time);
                }
                else
                {
                    events.Histograms.Add((time, histogram, 1));
                }
            }
            else if (StaleMarker.Is(value))
            {
                events.StaleTimes.Add(time);
            }
            else if (row.Count > 0 && time <= windowEnd)
            {
                row.Append(AggregateRow.Of(time, value));
                sum.Add(value);
            }
            else
            {
                Finish(row, sum, events);
                row = AggregateRow.Of(time, value);
                sum = new CompensatedSum();
                sum.Add(value);
                windowEnd = AggregateWindow.EndOf(time, into.ResolutionMs);
            }
        }
        Finish(row, sum, events);
        Add(events, into);
        return taken;
    }

    private static void Finish(AggregateRow row, CompensatedSum sum, SeriesAggregates into)
    {
        if (row.Count > 0)
        {
            row.Sum = sum.Value;
            into.Rows.Add(row);
        }
    }

    /// <summary>
    /// Aggregates finer aggregates, up to a time (inclusive), and adds them to what there is, which may have rows of the same windows: a
    /// window that a block's border cut in two becomes one again.
    /// </summary>
    public static void OfAggregates(SeriesAggregates finer, long throughMs, SeriesAggregates into)
    {
        var events = new SeriesAggregates(into.ResolutionMs);
        events.Rows.AddRange(finer.Rows.Where(row => row.Time <= throughMs));
        events.StaleTimes.AddRange(finer.StaleTimes.Where(time => time <= throughMs));
        events.Histograms.AddRange(finer.Histograms.Where(kept => kept.Time <= throughMs));
        finer.RemoveThrough(throughMs);
        Add(events, into);
    }

    private static void Add(SeriesAggregates events, SeriesAggregates into)
    {
        if (events.IsEmpty)
        {
            return;
        }
        if (!into.IsEmpty)
        {
            events.Rows.AddRange(into.Rows);
            events.Rows.Sort((left, right) => left.Time.CompareTo(right.Time));
            events.StaleTimes.AddRange(into.StaleTimes);
            events.StaleTimes.Sort();
            events.Histograms.AddRange(into.Histograms);
            events.Histograms.Sort((left, right) => left.Time.CompareTo(right.Time));
            into.Clear();
        }
        AddRows(events.Rows, into);
        AddHistograms(events.Histograms, into);
        AddStaleTimes(events.StaleTimes, into);
    }

    private static void AddRows(List<AggregateRow> events, SeriesAggregates into)
    {
        for (var start = 0; start < events.Count;)
        {
            var end = AggregateWindow.EndOf(events[start].Time, into.ResolutionMs);
            var row = events[start];
            var sum = new CompensatedSum();
            sum.Add(row.Sum);
            for (start++; start < events.Count && events[start].Time <= end; start++)
            {
                row.Append(events[start]);
                sum.Add(events[start].Sum);
            }
            row.Sum = sum.Value;
            into.Rows.Add(row);
        }
    }

    private static void AddHistograms(List<(long Time, NativeHistogram Histogram, long Count)> events, SeriesAggregates into)
    {
        for (var start = 0; start < events.Count;)
        {
            var windowEnd = AggregateWindow.EndOf(events[start].Time, into.ResolutionMs);
            var end = start + 1;
            while (end < events.Count && events[end].Time <= windowEnd)
            {
                end++;
            }
            var kept = new List<int>();
            var samples = 0L;
            for (var i = start; i < end; i++)
            {
                var isEdge = i == start || i == end - 1;
                var besideReset = (i > start && HistogramReset.IsPossible(events[i - 1].Histogram, events[i].Histogram))
                    || (i < end - 1 && HistogramReset.IsPossible(events[i].Histogram, events[i + 1].Histogram));
                if (isEdge || besideReset)
                {
                    kept.Add(i);
                }
                samples += events[i].Count;
            }
            for (var i = 0; i < kept.Count; i++)
            {
                var share = samples / kept.Count + (i < samples % kept.Count ? 1 : 0);
                into.Histograms.Add((events[kept[i]].Time, events[kept[i]].Histogram, share));
            }
            start = end;
        }
    }

    /// <summary>A marker counts where no sample follows it in its window, and then the first of several.</summary>
    private static void AddStaleTimes(List<long> events, SeriesAggregates into)
    {
        var row = 0;
        var histogram = 0;
        var last = long.MinValue;
        foreach (var time in events)
        {
            var end = AggregateWindow.EndOf(time, into.ResolutionMs);
            while (row < into.Rows.Count && into.Rows[row].Time <= end)
            {
                last = Math.Max(last, into.Rows[row++].Time);
            }
            while (histogram < into.Histograms.Count && into.Histograms[histogram].Time <= end)
            {
                last = Math.Max(last, into.Histograms[histogram++].Time);
            }
            var isFirst = into.StaleTimes.Count == 0 || into.StaleTimes[^1] <= last
                || AggregateWindow.EndOf(into.StaleTimes[^1], into.ResolutionMs) < end;
            if (time > last && isFirst)
            {
                into.StaleTimes.Add(time);
            }
        }
    }
}
