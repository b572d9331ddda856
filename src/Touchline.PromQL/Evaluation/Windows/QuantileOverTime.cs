using System.Diagnostics.CodeAnalysis;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Windows;

internal sealed class QuantileOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    /// <summary>Values in a window, beyond which sorting it anew costs less than moving so many for each that comes or goes.</summary>
    private const int LongestWindow = 16 * 1024;

    /// <summary>Values in all windows, beyond which moving them takes so long that the query must be asked meanwhile whether it is still wanted.</summary>
    private const int MostMoved = 1 << 26;

    private readonly SortedWindow _window = new();
    private double[] _sorted = [];

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        var (from, to, quantiles) = (windows.Rows.From, windows.Rows.To, Arguments.Scalars[0]);
        if (values.Length == 1 || windows.Rows.Samples / values.Length > LongestWindow || windows.Rows.Samples > MostMoved)
        {
            return false;
        }
        _window.Clear();
        for (var step = 0; step < values.Length; step++)
        {
            if (to[step] > from[step])
            {
                Quantile.WarnIfInvalid(quantiles[step], Arguments.Annotations, Arguments.Spans[0]);
                values[step] = Quantile.OfSorted(quantiles[step], _window.Move(windows.Values, from[step], to[step]));
            }
        }
        return true;
    }

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
