using Touchline.Storage;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>Puts out-of-order samples among those that came in order.</summary>
internal static class OutOfOrderRows
{
    /// <summary>Merges what the ranges have of a series into rows that ascend; where both have a time, the row that is there stays.</summary>
    public static void MergeInto(SampleColumns rows, IReadOnlyList<OutOfOrderRange> ranges, uint reference)
    {
        foreach (var range in ranges)
        {
            if (range.Find(reference) is { } series)
            {
                var before = rows.Count;
                series.View().Read(range.Start, range.End - 1, rows);
                SampleMerge.KeepOrder(rows, 0, before);
            }
        }
    }
}
