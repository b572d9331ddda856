using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Windows;

internal sealed class QuantileOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    private double[] _sorted = [];

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.FloatCount == 0)
        {
            return WindowPoint.None;
        }
        var q = Arguments.Scalars[0][window.Step];
        Quantile.WarnIfInvalid(q, Arguments.Annotations, Arguments.Spans[0]);
        if (window.HistogramCount > 0)
        {
            NoteIgnoredHistograms();
        }
        return Quantile.Of(q, Copy(window.Floats, ref _sorted));
    }

    internal static Span<double> Copy(ReadOnlySpan<double> values, ref double[] into)
    {
        if (into.Length < values.Length)
        {
            into = new double[values.Length * 2];
        }
        values.CopyTo(into);
        return into.AsSpan(0, values.Length);
    }
}

/// <summary><c>mad_over_time</c>: the median of the absolute deviations from the median.</summary>
internal sealed class MedianAbsoluteDeviationOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    private double[] _sorted = [];

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.FloatCount == 0)
        {
            return WindowPoint.None;
        }
        if (window.HistogramCount > 0)
        {
            NoteIgnoredHistograms();
        }
        var values = QuantileOverTime.Copy(window.Floats, ref _sorted);
        var median = Quantile.Of(0.5, values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Abs(values[i] - median);
        }
        return Quantile.Of(0.5, values);
    }
}
