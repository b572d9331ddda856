using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// <c>rate</c>, <c>increase</c> and <c>delta</c>: the difference of the last and the first sample (with counter resets made up for),
/// extrapolated to the whole window where its ends are near the samples (<see cref="Extrapolation"/>).
/// </summary>
internal sealed class Rate(WindowArguments arguments, bool isCounter, bool perSecond) : WindowFunction(arguments)
{
    private static readonly string Counter = MetricTypeNames.Of(MetricType.Counter);

    /// <summary>Rows that are lower than the row before. Few, so that a window adds up only them.</summary>
    private readonly List<int> _resets = [];
    private int _firstReset;
    private double[] _beforeReset = [];

    public override bool GrowsWithWindow => !perSecond;

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.IsMixed)
        {
            WarnOfMixedSamples();
            return WindowPoint.None;
        }
        if (window.HistogramCount > 1)
        {
            var difference = HistogramRates.Difference(window.Histograms, isCounter, MetricName, RangeSpan, Arguments.Annotations);
            if (difference is null)
            {
                return WindowPoint.None;
            }
            var times = window.HistogramTimes;
            return HistogramArithmetic.Multiply(difference, Factor(window, times[0], times[^1], window.HistogramSamples, counter: null));
        }
        if (window.FloatCount > 1)
        {
            var values = window.Floats;
            var times = window.FloatTimes;
            var difference = values[^1] - values[0];
            if (isCounter)
            {
                difference = AddResets(difference, window.FloatFrom, window.FloatTo);
            }
            return difference * Factor(
                window, times[0], times[^1], window.FloatSamples, isCounter && difference > 0 && values[0] >= 0 ? (values[0], difference) : null);
        }
        return WindowPoint.None;
    }

    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Pairs;
        var extrapolation = Extrapolation.Of(windows.Rows, perSecond);
        var (from, to, factors) = (windows.Rows.From, windows.Rows.To, extrapolation.Factors);
        var floats = windows.Values;
        for (var step = 0; step < values.Length; step++)
        {
            var (first, last) = (from[step], to[step] - 1);
            if (last <= first)
            {
                continue;
            }
            var difference = floats[last] - floats[first];
            if (_resets.Count > 0)
            {
                difference = AddResets(difference, first, last + 1);
            }
            var factor = isCounter && difference > 0 && floats[first] >= 0 ? extrapolation.FromZero(step, floats[first], difference) : factors[step];
            values[step] = difference * factor;
        }
        return true;
    }

    public override void End(SeriesColumn result)
    {
        if (isCounter && !result.FloatMask().IsEmpty)
        {
            NoteIfNoCounter(Series, Arguments.HasTypeLabels, Arguments.Annotations, RangeSpan);
        }
    }

    public static void NoteIfNoCounter(SeriesIdentity series, bool hasTypeLabels, AnnotationSink annotations, TextSpan place)
    {
        var name = series.MetricName;
        if (name.Length == 0)
        {
            return;
        }
        if (hasTypeLabels)
        {
            // As in Prometheus 3.5 the parts of classic histograms and summaries are noted too, which count as well.
            var type = series.Value(LabelNames.MetricType);
            if (type != Counter)
            {
                annotations.Inform(
                    $"metric might not be a counter, __type__ label is not set to \"{Counter}\", got {QuotedString.Of(type)}: {QuotedString.Of(name)}", place);
            }
        }
        else if (!LooksLikeCounter(name))
        {
            annotations.Inform($"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {QuotedString.Of(name)}", place);
        }
    }

    protected override void Start(SeriesSamples samples)
    {
        _resets.Clear();
        _firstReset = 0;
        if (!isCounter)
        {
            return;
        }
        var values = samples.Floats;
        for (var row = FallAfter(values, 1); row < values.Length; row = FallAfter(values, row + 1))
        {
            _resets.Add(row);
        }
        if (_beforeReset.Length < _resets.Count)
        {
            _beforeReset = new double[_resets.Count];
        }
        for (var i = 0; i < _resets.Count; i++)
        {
            _beforeReset[i] = values[_resets[i] - 1];
        }
    }

    /// <summary>The first row from a place on that is lower than the row before; their number where none is.</summary>
    private static int FallAfter(ReadOnlySpan<double> values, int row)
    {
        for (; row <= values.Length - Vector<double>.Count; row += Vector<double>.Count)
        {
            if (Vector.LessThanAny(new Vector<double>(values[row..]), new Vector<double>(values[(row - 1)..])))
            {
                break;
            }
        }
        while (row < values.Length && !(values[row] < values[row - 1]))
        {
            row++;
        }
        return row;
    }

    private static bool LooksLikeCounter(string name) =>
        name.EndsWith("_total", StringComparison.Ordinal) || name.EndsWith("_sum", StringComparison.Ordinal)
        || name.EndsWith("_count", StringComparison.Ordinal) || name.EndsWith("_bucket", StringComparison.Ordinal);

    private double AddResets(double difference, int from, int to)
    {
        while (_firstReset < _resets.Count && _resets[_firstReset] <= from)
        {
            _firstReset++;
        }
        for (var i = _firstReset; i < _resets.Count && _resets[i] < to; i++)
        {
            difference += _beforeReset[i];
        }
        return difference;
    }

    /// <summary>By how much the sampled difference is scaled; where it is that of a counter, not beyond where that was zero.</summary>
    private double Factor(in SampleWindow window, long firstMs, long lastMs, long samples, (double First, double Difference)? counter)
    {
        var (toStart, toEnd, sampled) = Extrapolation.Distances(firstMs, lastMs, samples, window.StartMs, window.EndMs);
        if (counter is { } rise)
        {
            toStart = Extrapolation.NotBeforeZero(toStart, sampled, rise.First, rise.Difference);
        }
        return Extrapolation.Factor(toStart, toEnd, sampled, perSecond ? (window.EndMs - window.StartMs) / 1000.0 : 0);
    }
}

/// <summary><c>irate</c> and <c>idelta</c>: of the last two samples only.</summary>
internal sealed class InstantRate(WindowArguments arguments, bool perSecond) : WindowFunction(arguments)
{
    public override bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = windows.Rows.Pairs;
        var (from, to) = (windows.Rows.From, windows.Rows.To);
        var floats = windows.Values;
        var times = windows.Times;
        for (var step = 0; step < values.Length; step++)
        {
            var last = to[step] - 1;
            if (last > from[step])
            {
                values[step] = Difference(floats[last - 1], floats[last], times[last] - times[last - 1]);
            }
        }
        return true;
    }

    public override WindowPoint Evaluate(in SampleWindow window)
    {
        if (window.FloatCount + window.HistogramCount < 2)
        {
            return WindowPoint.None;
        }
        var floatTimes = window.FloatTimes;
        var histogramTimes = window.HistogramTimes;
        var floats = floatTimes.Length;
        var histograms = histogramTimes.Length;
        // Which kinds the last two samples are.
        var lastIsFloat = histograms == 0 || (floats > 0 && floatTimes[^1] > histogramTimes[^1]);
        var floatsLeft = lastIsFloat ? floats - 1 : floats;
        var histogramsLeft = lastIsFloat ? histograms : histograms - 1;
        var previousIsFloat = histogramsLeft == 0 || (floatsLeft > 0 && floatTimes[floatsLeft - 1] > histogramTimes[histogramsLeft - 1]);
        if (lastIsFloat != previousIsFloat)
        {
            WarnOfMixedSamples();
            return WindowPoint.None;
        }
        var elapsed = lastIsFloat ? floatTimes[^1] - floatTimes[^2] : histogramTimes[^1] - histogramTimes[^2];
        if (elapsed == 0)
        {
            return WindowPoint.None;
        }
        if (lastIsFloat)
        {
            return Difference(window.Floats[^2], window.Floats[^1], elapsed);
        }
        var pair = HistogramRates.InstantDifference(window.Histograms[^2], window.Histograms[^1], perSecond, MetricName, RangeSpan, Arguments.Annotations);
        return pair is null || !perSecond ? pair : HistogramArithmetic.Divide(pair, elapsed / 1000.0);
    }

    private double Difference(double previous, double last, long elapsedMs)
    {
        // A counter that fell was reset, so that all of its value is new.
        var difference = perSecond && last < previous ? last : last - previous;
        return perSecond ? difference / (elapsedMs / 1000.0) : difference;
    }
}
