using System.Diagnostics.CodeAnalysis;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>Least squares over one window.</summary>
internal static class LinearRegression
{
    /// <summary>Slope a second, and the value at the intercept time.</summary>
    public static (double Slope, double Intercept) Fit(ReadOnlySpan<double> values, ReadOnlySpan<long> times, long interceptTimeMs)
    {
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

/// <summary>What least squares need of the times of each window: their mean and n times their variance, in seconds from the first time of all.</summary>
internal sealed class Abscissas
{
    public Abscissas(WindowRows rows)
    {
        var times = rows.Times;
        Seconds = new double[times.Length];
        for (var row = 0; row < times.Length; row++)
        {
            Seconds[row] = (times[row] - times[0]) / 1e3;
        }
        // Exact, as what is left of the difference of two large sums is small.
        var sums = new long[times.Length + 1];
        var squares = new Int128[times.Length + 1];
        for (var row = 0; row < times.Length; row++)
        {
            var past = times[row] - times[0];
            sums[row + 1] = sums[row] + past;
            squares[row + 1] = squares[row] + (Int128)past * past;
        }
        Means = new double[rows.From.Length];
        Variances = new double[rows.From.Length];
        for (var step = 0; step < Means.Length; step++)
        {
            var (from, to) = (rows.From[step], rows.To[step]);
            var (count, sum) = (to - from, sums[to] - sums[from]);
            Means[step] = (double)sum / count / 1e3;
            Variances[step] = (double)(count * (squares[to] - squares[from]) - (Int128)sum * sum) / count / 1e6;
        }
    }

    public double[] Seconds { get; }

    /// <summary>By step; NaN where a window has no row.</summary>
    public double[] Means { get; }

    public double[] Variances { get; }
}

/// <summary><c>deriv</c> and <c>predict_linear</c>.</summary>
internal sealed class Regression(WindowArguments arguments, bool predict) : WindowFunction(arguments)
{
    /// <summary>Where the covariance is a smaller share of what it is the difference of, too few digits of it are left, and the window is gone through.</summary>
    private const double LeastShare = 1.0 / (1 << 18);

    private readonly PrefixSums _sums = new();
    private readonly PrefixSums _products = new();
    private double[] _product = [];
    private int[] _sameSince = [];

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Pairs;
        if (values.Length == 1)
        {
            return false; // One window is not worth sums of everything.
        }
        var abscissas = windows.Rows.Derived as Abscissas ?? new Abscissas(windows.Rows);
        windows.Rows.Derived = abscissas;
        var floats = windows.Values;
        Prepare(floats, abscissas.Seconds);
        if (!_sums.IsUsable || !_products.IsUsable)
        {
            return false;
        }
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        var times = windows.Times;
        for (var step = 0; step < values.Length; step++)
        {
            var (first, end) = (from[step], to[step]);
            if (end - first < 2)
            {
                continue;
            }
            var intercept = predict ? Arguments.Grid.TimeAt(step) : times[first];
            if (!TryFit(abscissas, step, first, end, (intercept - times[0]) / 1e3, out var slope, out var level))
            {
                (slope, level) = LinearRegression.Fit(floats[first..end], times[first..end], intercept);
            }
            values[step] = predict ? slope * Arguments.Scalars[0][step] + level : slope;
        }
        return true;
    }

    private bool TryFit(Abscissas abscissas, int step, int first, int end, double intercept, out double slope, out double level)
    {
        (slope, level) = (0, 0);
        if (_sameSince[end - 1] <= first)
        {
            return false; // Constant: cheap enough to go through, and not to be answered by a difference.
        }
        var count = (double)(end - first);
        var mean = abscissas.Means[step];
        if (!_sums.TryOf(first, end, out var sum) || !_products.TryOf(first, end, out var product))
        {
            return false;
        }
        var covariance = product - mean * sum;
        if (!(Math.Abs(covariance) > LeastShare * Math.Abs(product)) || !(Math.Abs(covariance) > LeastShare * Math.Abs(mean * sum)))
        {
            return false;
        }
        slope = covariance / abscissas.Variances[step];
        level = sum / count - slope * (mean - intercept);
        return true;
    }

    private void Prepare(ReadOnlySpan<double> values, ReadOnlySpan<double> seconds)
    {
        if (_product.Length < values.Length)
        {
            _product = new double[values.Length];
            _sameSince = new int[values.Length];
        }
        _sameSince[0] = 0;
        _product[0] = values[0] * seconds[0];
        for (var row = 1; row < values.Length; row++)
        {
            _product[row] = values[row] * seconds[row];
            _sameSince[row] = values[row] == values[row - 1] ? _sameSince[row - 1] : row;
        }
        _sums.Fill(values);
        _products.Fill(_product.AsSpan(0, values.Length));
    }

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
            var (slope, intercept) = LinearRegression.Fit(window.Floats, window.FloatTimes, Arguments.Grid.TimeAt(window.Step));
            return slope * Arguments.Scalars[0][window.Step] + intercept;
        }
        // A time near the samples keeps the sums small, and the slope does not depend on it.
        return LinearRegression.Fit(window.Floats, window.FloatTimes, window.FloatTimes[0]).Slope;
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
