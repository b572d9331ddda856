using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>Least squares over one window.</summary>
internal static class LinearRegression
{
    /// <summary>Slope a second, and the value at the intercept time.</summary>
    public static (double Slope, double Intercept) Fit(in SampleWindow window, long interceptTimeMs)
    {
        var values = window.Floats;
        var times = window.FloatTimes;
        var first = values[0];
        var constant = true;
        KahanSum sumX = default, sumY = default, sumXY = default, sumX2 = default;
        for (var row = 0; row < values.Length; row++)
        {
            constant &= values[row] == first || row == 0;
            var x = (times[row] - interceptTimeMs) / 1e3;
            sumX.Add(x);
            sumY.Add(values[row]);
            sumXY.Add(x * values[row]);
            sumX2.Add(x * x);
        }
        if (constant)
        {
            return double.IsInfinity(first) ? (double.NaN, double.NaN) : (0, first);
        }
        var n = (double)values.Length;
        var (x1, y1) = (sumX.Sum + sumX.Compensation, sumY.Sum + sumY.Compensation);
        var covariance = sumXY.Sum + sumXY.Compensation - x1 * y1 / n;
        var variance = sumX2.Sum + sumX2.Compensation - x1 * x1 / n;
        var slope = covariance / variance;
        return (slope, y1 / n - slope * x1 / n);
    }
}

/// <summary><c>deriv</c> and <c>predict_linear</c>.</summary>
internal sealed class Regression(WindowArguments arguments, bool predict) : WindowFunction(arguments)
{
    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.IsMixed)
        {
            NoteIgnoredHistograms();
        }
        if (window.FloatCount < 2)
        {
            return WindowPoint.None;
        }
        if (predict)
        {
            var (slope, intercept) = LinearRegression.Fit(window, window.EvaluationTimeMs);
            return slope * Arguments.Scalars[0][window.Step] + intercept;
        }
        // A time near the samples keeps the sums small, and the slope does not depend on it.
        return LinearRegression.Fit(window, window.FloatTimes[0]).Slope;
    }
}

/// <summary><c>double_exponential_smoothing</c> (Holt's linear method): level and trend, each smoothed by its own factor.</summary>
internal sealed class DoubleExponentialSmoothing(WindowArguments arguments) : WindowFunction(arguments)
{
    public override WindowPoint Evaluate(in SampleWindow window)
    {
        var smoothing = Factor(0, window.Step, "smoothing", "sf");
        var trend = Factor(1, window.Step, "trend", "tf");
        if (window.IsMixed)
        {
            NoteIgnoredHistograms();
        }
        if (window.FloatCount < 2)
        {
            return WindowPoint.None;
        }
        var values = window.Floats;
        var previous = 0.0;
        var level = values[0];
        var slope = values[1] - values[0];
        for (var row = 1; row < values.Length; row++)
        {
            if (row > 1)
            {
                slope = trend * (level - previous) + (1 - trend) * slope;
            }
            (previous, level) = (level, smoothing * values[row] + (1 - smoothing) * (level + slope));
        }
        return level;
    }

    private double Factor(int argument, int step, string kind, string symbol)
    {
        var factor = Arguments.Scalars[argument][step];
        if (factor is <= 0 or >= 1)
        {
            throw new PromQLEvaluationException(
                QueryErrorKind.Execution, $"invalid {kind} factor. Expected: 0 < {symbol} < 1, got: {GoFormat.Fixed(factor)}");
        }
        return factor;
    }
}
