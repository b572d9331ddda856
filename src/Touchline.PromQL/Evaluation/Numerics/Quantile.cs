namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>Quantiles of plain numbers, interpolated between neighbours; NaN counts as smaller than everything.</summary>
internal static class Quantile
{
    /// <summary>Sorts the values in place.</summary>
    public static double Of(double q, Span<double> values)
    {
        // .NET's order of doubles puts NaN first, as wanted.
        values.Sort();
        return OfSorted(q, values);
    }

    /// <summary>Of values that are in order, NaN first.</summary>
    public static double OfSorted(double q, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty || double.IsNaN(q))
        {
            return double.NaN;
        }
        if (q < 0)
        {
            return double.NegativeInfinity;
        }
        if (q > 1)
        {
            return double.PositiveInfinity;
        }
        var rank = q * (values.Length - 1);
        var lower = (int)Math.Max(0, Math.Floor(rank));
        var upper = Math.Min(values.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return values[lower] * (1 - weight) + values[upper] * weight;
    }

    public static bool IsValid(double q) => q is >= 0 and <= 1;

    public static void WarnIfInvalid(double q, AnnotationSink annotations, Syntax.TextSpan span)
    {
        if (!IsValid(q))
        {
            annotations.Warn($"quantile value should be between 0 and 1, got {GoFormat.General(q)}", span);
        }
    }
}
