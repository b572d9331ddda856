using System.Diagnostics.CodeAnalysis;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Windows;

internal sealed class CountOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    public override bool GrowsWithWindow => true;

    public override WindowPoint Evaluate(in SampleWindow window) => (double)(window.FloatSamples + window.HistogramSamples);

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        for (var step = 0; step < values.Length; step++)
        {
            values[step] = to[step] - from[step];
        }
        return true;
    }
}

internal sealed class PresentOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    public override WindowPoint Evaluate(in SampleWindow window) => 1.0;

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        Array.Fill(values, 1);
        return true;
    }
}

/// <summary><c>sum_over_time</c>: compensated, in order of time.</summary>
internal sealed class SumOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    private readonly PrefixSums _prefixes = new();

    public override bool GrowsWithWindow => true;

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        return TrySumAll(_prefixes, windows, values);
    }

    /// <summary>The sum of each window. False where not all values are finite.</summary>
    public static bool TrySumAll(PrefixSums prefixes, in FloatWindows windows, double[] sums)
    {
        prefixes.Fill(windows.Values);
        if (!prefixes.IsUsable)
        {
            return false;
        }
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        for (var step = 0; step < sums.Length; step++)
        {
            if (!prefixes.TryOf(from[step], to[step], out sums[step]))
            {
                var window = windows.Values[from[step]..to[step]];
                sums[step] = window.ContainsAnyExcept(0.0) ? Sum(window) : 0;
            }
        }
        return true;
    }

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.IsMixed)
        {
            WarnOfMixedSamples();
            return WindowPoint.None;
        }
        if (window.FloatCount == 0)
        {
            return HistogramSums.Sum(window.Histograms, window.HistogramCounts, MetricName, RangeSpan, Arguments.Annotations);
        }
        return Sum(window.Floats);
    }

    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        var compensation = 0.0;
        foreach (var value in values)
        {
            KahanSum.Add(value, ref sum, ref compensation);
        }
        return double.IsInfinity(sum) ? sum : sum + compensation;
    }
}

/// <summary><c>avg_over_time</c>. Rows that are aggregates are sums, with the number of samples beside them.</summary>
internal sealed class AvgOverTime(WindowArguments arguments) : WindowFunction(arguments)
{
    private readonly PrefixSums _prefixes = new();

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        if (!SumOverTime.TrySumAll(_prefixes, windows, values))
        {
            return false;
        }
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        for (var step = 0; step < values.Length; step++)
        {
            values[step] /= to[step] - from[step];
        }
        return true;
    }

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.IsMixed)
        {
            WarnOfMixedSamples();
            return WindowPoint.None;
        }
        if (window.FloatCount == 0)
        {
            return HistogramSums.Mean(window.Histograms, window.HistogramCounts, MetricName, RangeSpan, Arguments.Annotations);
        }
        var values = window.Floats;
        if (window.HasCounts)
        {
            return SumOverTime.Sum(values) / window.FloatSamples;
        }
        var mean = new KahanMean(values[0]);
        foreach (var value in values[1..])
        {
            mean.Add(value);
        }
        return mean.Value;
    }
}

/// <summary>
/// <c>min_over_time</c> and <c>max_over_time</c> (and when that was): a queue of the rows that can still become the extreme, so that
/// each sample is looked at once. NaN counts only where there is nothing else.
/// </summary>
internal sealed class ExtremeOverTime(WindowArguments arguments, bool max, bool time) : WindowFunction(arguments)
{
    private int[] _queue = [];
    private int _head;
    private int _tail;
    private int _next;
    private readonly RunExtremes _extremes = new();
    private bool _isScanned;
    private SeriesSamples? _samples;

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        if (values.Length == 1)
        {
            return false; // One window needs no queue.
        }
        if (!time && _extremes.TryFill(windows.Values, max))
        {
            _extremes.Of(windows.Rows, values);
            return true;
        }
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        var floats = windows.Values;
        for (var step = 0; step < values.Length; step++)
        {
            if (to[step] > from[step])
            {
                var row = BestOf(floats, from[step], to[step]);
                values[step] = time ? windows.Times[row] / 1000.0 : floats[row];
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
        if (window.HistogramCount > 0)
        {
            NoteIgnoredHistograms();
        }
        var values = _samples!.Floats;
        if (!_isScanned && window.FloatCount == values.Length)
        {
            // The one window of an instant query, mostly: no other will ask for the queue.
            _isScanned = true;
            return PointOf(ScanAll(values));
        }
        return PointOf(BestOf(values, window.FloatFrom, window.FloatTo));
    }

    protected override void Start(SeriesSamples samples)
    {
        _samples = samples;
        _isScanned = false;
        _head = _tail = _next = 0;
        if (_queue.Length < samples.FloatCount)
        {
            _queue = new int[samples.FloatCount];
        }
    }

    private int BestOf(ReadOnlySpan<double> values, int from, int to)
    {
        var queue = _queue;
        for (_next = Math.Max(_next, from); _next < to; _next++)
        {
            while (_tail > _head && Replaces(values[_next], values[queue[_tail - 1]]))
            {
                _tail--;
            }
            queue[_tail++] = _next;
        }
        while (_head < _tail && queue[_head] < from)
        {
            _head++;
        }
        return queue[_head];
    }

    private int ScanAll(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var row = 1; row < values.Length; row++)
        {
            if (Replaces(values[row], values[best]))
            {
                best = row;
            }
        }
        return best;
    }

    private WindowPoint PointOf(int row) => time ? _samples!.FloatTimes[row] / 1000.0 : _samples!.Floats[row];

    /// <summary>
    /// Whether a later row makes an earlier one useless. Among equals the value does not care, but the time is that of the latest.
    /// </summary>
    private bool Replaces(double later, double earlier)
    {
        if (double.IsNaN(earlier))
        {
            return true;
        }
        return max ? later > earlier || (time && later == earlier) : later < earlier || (time && later == earlier);
    }
}

/// <summary><c>last_over_time</c> and <c>first_over_time</c>, and when that was.</summary>
internal sealed class EdgeOverTime(WindowArguments arguments, bool last, bool time) : WindowFunction(arguments)
{
    public override bool KeepsName => !time;

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        var floats = windows.Values;
        for (var step = 0; step < values.Length; step++)
        {
            if (to[step] > from[step])
            {
                var row = last ? to[step] - 1 : from[step];
                values[step] = time ? windows.Times[row] / 1000.0 : floats[row];
            }
        }
        return true;
    }

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        var isFloat = window.HistogramCount == 0 || (window.FloatCount > 0 && (last
            ? window.FloatTimes[^1] > window.HistogramTimes[^1]
            : window.FloatTimes[0] < window.HistogramTimes[0]));
        if (time)
        {
            var times = isFloat ? window.FloatTimes : window.HistogramTimes;
            return (last ? times[^1] : times[0]) / 1000.0;
        }
        if (isFloat)
        {
            return last ? window.Floats[^1] : window.Floats[0];
        }
        return last ? window.Histograms[^1] : window.Histograms[0];
    }
}

/// <summary><c>stddev_over_time</c> and <c>stdvar_over_time</c>: Welford's method with compensated sums.</summary>
internal sealed class DeviationOverTime(WindowArguments arguments, bool variance) : WindowFunction(arguments)
{
    /// <summary>
    /// A variance that is a smaller share of the mean square than this loses more digits to the subtraction than an answer may: then the window is gone through.
    /// </summary>
    private const double LeastShare = 1.0 / (1 << 14);

    private readonly PrefixSums _sums = new();
    private readonly PrefixSums _squareSums = new();
    private double[] _shifted = [];

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        var floats = windows.Values;
        if (_shifted.Length < floats.Length)
        {
            _shifted = new double[floats.Length];
        }
        var shifted = _shifted.AsSpan(0, floats.Length);
        // Near zero, squares lose little: where values stay near each other, they stay near the first.
        Subtract(floats, floats[0], shifted);
        _sums.Fill(shifted);
        Square(shifted);
        _squareSums.Fill(shifted);
        if (!_sums.IsUsable || !_squareSums.IsUsable)
        {
            return false;
        }
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        for (var step = 0; step < values.Length; step++)
        {
            var count = (double)(to[step] - from[step]);
            if (count == 0)
            {
                continue;
            }
            var meanSquare = _squareSums.Of(from[step], to[step]) / count;
            var mean = _sums.Of(from[step], to[step]) / count;
            var deviation = meanSquare - mean * mean;
            values[step] = deviation > meanSquare * LeastShare
                ? variance ? deviation : Math.Sqrt(deviation)
                : Deviation(floats[from[step]..to[step]]);
        }
        return true;
    }

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
        return Deviation(window.Floats);
    }

    private static void Subtract(ReadOnlySpan<double> values, double subtracted, Span<double> into)
    {
        for (var row = 0; row < values.Length; row++)
        {
            into[row] = values[row] - subtracted;
        }
    }

    private static void Square(Span<double> values)
    {
        foreach (ref var value in values)
        {
            value *= value;
        }
    }

    private double Deviation(ReadOnlySpan<double> values)
    {
        var count = 0.0;
        var mean = new KahanSum();
        var squares = new KahanSum();
        foreach (var value in values)
        {
            count++;
            var delta = value - (mean.Sum + mean.Compensation);
            mean.Add(delta / count);
            squares.Add(delta * (value - (mean.Sum + mean.Compensation)));
        }
        var result = (squares.Sum + squares.Compensation) / count;
        return variance ? result : Math.Sqrt(result);
    }
}

/// <summary><c>changes</c> and <c>resets</c>, floats and histograms in order of time; where the kind changes, both happened.</summary>
internal sealed class Transitions(WindowArguments arguments, bool resets) : WindowFunction(arguments)
{
    /// <summary>For rows of a series of floats only: how many transitions there were up to and including the row.</summary>
    private int[] _upTo = [];

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Any;
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        for (var step = 0; step < values.Length; step++)
        {
            if (to[step] > from[step])
            {
                values[step] = _upTo[to[step] - 1] - _upTo[from[step]];
            }
        }
        return true;
    }

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.HistogramCount == 0)
        {
            return (double)(_upTo[window.FloatTo - 1] - _upTo[window.FloatFrom]);
        }
        var count = 0;
        var floatRow = 0;
        var histogramRow = 0;
        var hasPrevious = false;
        double previous = 0;
        NativeHistogram? previousHistogram = null;
        while (floatRow < window.FloatCount || histogramRow < window.HistogramCount)
        {
            var takeFloat = histogramRow == window.HistogramCount
                || (floatRow < window.FloatCount && window.FloatTimes[floatRow] < window.HistogramTimes[histogramRow]);
            var value = takeFloat ? window.Floats[floatRow++] : 0;
            var histogram = takeFloat ? null : window.Histograms[histogramRow++];
            if (hasPrevious && IsTransition(previous, previousHistogram, value, histogram))
            {
                count++;
            }
            (hasPrevious, previous, previousHistogram) = (true, value, histogram);
        }
        return (double)count;
    }

    protected override void Start(SeriesSamples samples)
    {
        var values = samples.Floats;
        if (_upTo.Length < values.Length)
        {
            _upTo = new int[Math.Max(values.Length, 256)];
        }
        for (var row = 1; row < values.Length; row++)
        {
            _upTo[row] = _upTo[row - 1] + (IsTransition(values[row - 1], null, values[row], null) ? 1 : 0);
        }
    }

    private bool IsTransition(double previous, NativeHistogram? previousHistogram, double value, NativeHistogram? histogram)
    {
        if (histogram is null != previousHistogram is null)
        {
            return true;
        }
        if (histogram is null)
        {
            return resets ? value < previous : value != previous && !(double.IsNaN(value) && double.IsNaN(previous));
        }
        return resets ? HistogramResets.IsReset(previousHistogram!, histogram) : !HistogramArithmetic.AreEqual(previousHistogram!, histogram);
    }
}
