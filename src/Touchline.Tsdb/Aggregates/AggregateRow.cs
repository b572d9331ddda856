namespace Touchline.Tsdb.Aggregates;

/// <summary>The floats of one window, or of the part of it that a block has. Times in ms.</summary>
internal record struct AggregateRow
{
    /// <summary>When the last sample was, which is the time of the row: it lies within the window, and within the block.</summary>
    public long Time { get; set; }

    public long FirstTime { get; set; }

    public double First { get; set; }

    public double Last { get; set; }

    /// <summary>NaN only where there is nothing else, as for <c>min_over_time</c>.</summary>
    public double Min { get; set; }

    public double Max { get; set; }

    public double Sum { get; set; }

    public long Count { get; set; }

    /// <summary>The sum of the values from which a next one fell: what the resets of a counter took from it.</summary>
    public double Resets { get; set; }

    public static AggregateRow Of(long time, double value) =>
        new() { Time = time, FirstTime = time, First = value, Last = value, Min = value, Max = value, Sum = value, Count = 1 };

    /// <summary>Takes in what came later: a sample, or the row of a finer resolution. The sum is the caller's.</summary>
    public void Append(in AggregateRow later)
    {
        Resets += later.Resets;
        if (later.First < Last)
        {
            Resets += Last;
        }
        Time = later.Time;
        Last = later.Last;
        Count += later.Count;
        if (double.IsNaN(Min) || later.Min < Min)
        {
            Min = later.Min;
        }
        if (double.IsNaN(Max) || later.Max > Max)
        {
            Max = later.Max;
        }
    }
}
