namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>Cumulative buckets of a classic histogram: upper bounds beside counts.</summary>
internal static class ClassicBuckets
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    /// <summary>Differences of counts below this, relative, come from rounding and are not worth a note.</summary>
    private const double Tolerance = 1e-12;

    /// <summary>The quantile; <paramref name="forced"/> where counts that fell with rising bounds had to be raised.</summary>
    public static double Quantile(double q, List<(double Bound, double Count)> buckets, out bool forced)
    {
        forced = false;
        if (double.IsNaN(q))
        {
            return double.NaN;
        }
        if (q is < 0 or > 1)
        {
            return q < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }
        if (!TryOrder(buckets))
        {
            return double.NaN;
        }
        var raised = MakeMonotonic(buckets);
        var observations = buckets[^1].Count;
        if (buckets.Count < 2 || observations == 0)
        {
            // Where there is nothing to tell of, nothing is said of the counts.
            return double.NaN;
        }
        forced = raised;
        var rank = q * observations;
        var at = FirstReaching(buckets, rank);
        if (at == buckets.Count - 1)
        {
            return buckets[^2].Bound;
        }
        if (at == 0 && buckets[0].Bound <= 0)
        {
            return buckets[0].Bound;
        }
        var start = 0.0;
        var (end, count) = buckets[at];
        if (at > 0)
        {
            start = buckets[at - 1].Bound;
            count -= buckets[at - 1].Count;
            rank -= buckets[at - 1].Count;
        }
        return start + (end - start) * (rank / count);
    }

    /// <summary>The share of observations between two values.</summary>
    public static double Fraction(double lower, double upper, List<(double Bound, double Count)> buckets)
    {
        if (!TryOrder(buckets))
        {
            return double.NaN;
        }
        var all = buckets[^1].Count;
        if (all == 0 || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }
        if (lower >= upper)
        {
            return 0;
        }
        var belowLower = Math.Min(Below(lower, buckets), all);
        var belowUpper = Math.Min(Below(upper, buckets), all);
        return (belowUpper - belowLower) / all;
    }

    /// <summary>How many observations lie below a value; inside a bucket without bounds nothing can be interpolated.</summary>
    private static double Below(double value, List<(double Bound, double Count)> buckets)
    {
        var rank = 0.0;
        for (var i = 0; i < buckets.Count; i++)
        {
            var end = buckets[i].Bound;
            var start = i > 0 ? buckets[i - 1].Bound : end > 0 ? 0 : double.NegativeInfinity;
            if (start >= value)
            {
                return rank;
            }
            if (end > value)
            {
                return double.IsNegativeInfinity(start) ? buckets[i].Count : rank + (buckets[i].Count - rank) * (value - start) / (end - start);
            }
            rank = buckets[i].Count;
        }
        return double.PositiveInfinity;
    }

    /// <summary>Sorts by bound and joins equal bounds; false where the last is not +Inf.</summary>
    private static bool TryOrder(List<(double Bound, double Count)> buckets)
    {
        buckets.Sort((a, b) => a.Bound.CompareTo(b.Bound));
        if (!double.IsPositiveInfinity(buckets[^1].Bound))
        {
            return false;
        }
        var last = 0;
        for (var i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].Bound == buckets[last].Bound)
            {
                buckets[last] = (buckets[last].Bound, buckets[last].Count + buckets[i].Count);
            }
            else
            {
                buckets[++last] = buckets[i];
            }
        }
        buckets.RemoveRange(last + 1, buckets.Count - last - 1);
        return true;
    }

    private static bool MakeMonotonic(List<(double Bound, double Count)> buckets)
    {
        var forced = false;
        var previous = buckets[0].Count;
        for (var i = 1; i < buckets.Count; i++)
        {
            var count = buckets[i].Count;
            if (count == previous)
            {
                continue;
            }
            var rounding = AreAlmostEqual(previous, count);
            if (rounding || count < previous)
            {
                buckets[i] = (buckets[i].Bound, previous);
                forced |= !rounding;
                continue;
            }
            previous = count;
        }
        return forced;
    }

    private static bool AreAlmostEqual(double a, double b)
    {
        if (double.IsNaN(a) && double.IsNaN(b))
        {
            return true;
        }
        var sum = Math.Abs(a) + Math.Abs(b);
        var difference = Math.Abs(a - b);
        return a == 0 || b == 0 || sum < SmallestNormal
            ? difference < Tolerance * SmallestNormal
            : difference / Math.Min(sum, double.MaxValue) < Tolerance;
    }

    /// <summary>The first bucket, the last one aside, whose count reaches the rank.</summary>
    private static int FirstReaching(List<(double Bound, double Count)> buckets, double rank)
    {
        var low = 0;
        var high = buckets.Count - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (buckets[middle].Count >= rank)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }
}
