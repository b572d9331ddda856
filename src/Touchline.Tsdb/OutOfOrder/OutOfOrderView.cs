using System.Buffers;
using Touchline.Storage;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>The out-of-order samples of a series in one block range, as they were at one moment. Stays readable for as long as it is held.</summary>
internal readonly record struct OutOfOrderView(OutOfOrderRun[] Runs, OutOfOrderSeries.Buffer Newest, int Count)
{
    public bool IsEmpty => Count == 0 && Runs.Length == 0;

    /// <summary>Appends the samples between the times, both inclusive, in order of time.</summary>
    public void Read(long minTime, long maxTime, SampleColumns into)
    {
        var start = into.Count;
        var sources = 0;
        foreach (var run in Runs)
        {
            var before = into.Count;
            run.Read(minTime, maxTime, into);
            sources += into.Count > before ? 1 : 0;
        }
        var buffered = into.Count;
        Newest.Read(Count, minTime, maxTime, into);
        if (sources > 1 || into.Count > buffered)
        {
            Sort(into, start);
        }
    }

    private static void Sort(SampleColumns rows, int start)
    {
        var count = rows.Count - start;
        var times = ArrayPool<long>.Shared.Rent(count);
        var order = ArrayPool<int>.Shared.Rent(count);
        rows.Timestamps[start..].CopyTo(times);
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }
        // No time is there twice, so that an unstable sort is good enough.
        times.AsSpan(0, count).Sort(order.AsSpan(0, count));
        var sorted = rows.Beside();
        for (var i = 0; i < count; i++)
        {
            var row = start + order[i];
            if (rows.HasHistograms && rows.Histograms[row] is { } histogram)
            {
                sorted.Add(times[i], histogram);
            }
            else
            {
                sorted.Add(times[i], rows.Values[row]);
            }
        }
        ArrayPool<long>.Shared.Return(times);
        ArrayPool<int>.Shared.Return(order);
        rows.Truncate(start);
        for (var row = 0; row < count; row++)
        {
            if (sorted.HasHistograms && sorted.Histograms[row] is { } histogram)
            {
                rows.Add(sorted.Timestamps[row], histogram);
            }
            else
            {
                rows.Add(sorted.Timestamps[row], sorted.Values[row]);
            }
        }
        sorted.Clear();
    }
}
