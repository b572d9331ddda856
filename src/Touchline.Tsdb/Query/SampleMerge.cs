using Touchline.Storage;

namespace Touchline.Tsdb.Query;

/// <summary>Puts samples of two sources that overlap in time into one order, each timestamp once.</summary>
internal static class SampleMerge
{
    /// <summary>Merges the rows from <paramref name="added"/> on into those before them, where they do not simply follow.</summary>
    public static void KeepOrder(SampleColumns rows, int start, int added)
    {
        if (added > start && rows.Count > added && rows.Timestamps[added] <= rows.Timestamps[added - 1])
        {
            Merge(rows, start, added);
        }
    }

    /// <summary>
    /// Merges the rows from <paramref name="middle"/> on with those from <paramref name="start"/> until there; both runs ascend. Where
    /// both have a timestamp, the first run's sample stays.
    /// </summary>
    public static void Merge(SampleColumns rows, int start, int middle)
    {
        if (middle == rows.Count)
        {
            return;
        }
        // What is older than all of the second run stays where it is.
        start = FirstAtLeast(rows.Timestamps[start..middle], rows.Timestamps[middle]) + start;
        var first = CopyRows(rows, start, middle);
        var second = CopyRows(rows, middle, rows.Count);
        rows.Truncate(start);
        var (i, j) = (0, 0);
        while (i < first.Count || j < second.Count)
        {
            if (j == second.Count || (i < first.Count && first.Timestamps[i] <= second.Timestamps[j]))
            {
                if (j < second.Count && first.Timestamps[i] == second.Timestamps[j])
                {
                    j++;
                }
                AddRow(first, i++, rows);
            }
            else
            {
                AddRow(second, j++, rows);
            }
        }
        first.Clear();
        second.Clear();
    }

    private static int FirstAtLeast(ReadOnlySpan<long> times, long time)
    {
        var found = times.BinarySearch(time);
        return found < 0 ? ~found : found;
    }

    private static SampleColumns CopyRows(SampleColumns rows, int from, int to)
    {
        var copy = rows.Beside();
        for (var row = from; row < to; row++)
        {
            AddRow(rows, row, copy);
        }
        return copy;
    }

    public static void AddRow(SampleColumns from, int row, SampleColumns to)
    {
        var count = from.Counts.IsEmpty ? 1 : from.Counts[row];
        if (from.HasHistograms && from.Histograms[row] is { } histogram)
        {
            to.Add(from.Timestamps[row], histogram, count);
        }
        else
        {
            to.Add(from.Timestamps[row], from.Values[row], count);
        }
    }
}
