using Touchline.Storage;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Query;

/// <summary>Takes deleted samples out of decoded columns.</summary>
internal static class DeletedRows
{
    /// <summary>Removes the rows from <paramref name="start"/> on, ascending in time, whose times lie in one of the intervals.</summary>
    public static void Remove(SampleColumns rows, int start, ReadOnlySpan<TimeInterval> deleted)
    {
        if (deleted.IsEmpty || start == rows.Count || deleted[0].MinTime > rows.Timestamps[^1] || deleted[^1].MaxTime < rows.Timestamps[start])
        {
            return;
        }
        var kept = rows.Beside();
        var interval = 0;
        for (var row = start; row < rows.Count; row++)
        {
            var time = rows.Timestamps[row];
            while (interval < deleted.Length && deleted[interval].MaxTime < time)
            {
                interval++;
            }
            if (interval == deleted.Length || time < deleted[interval].MinTime)
            {
                SampleMerge.AddRow(rows, row, kept);
            }
        }
        rows.Truncate(start);
        for (var row = 0; row < kept.Count; row++)
        {
            SampleMerge.AddRow(kept, row, rows);
        }
        kept.Clear();
    }
}
