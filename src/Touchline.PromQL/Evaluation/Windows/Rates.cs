using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// <c>rate</c>, <c>increase</c> and <c>delta</c>: the difference of the last and the first sample (with counter resets made up for),
/// extrapolated to the whole window where its ends are near the samples. Source: Prometheus's rules of extrapolation, its querying docs.
/// </summary>
internal sealed class Rate(WindowArguments arguments, bool isCounter, bool perSecond) : WindowFunction(arguments)
{
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
            return HistogramArithmetic.Multiply(difference, Factor(window, times[0], times[^1], window.HistogramSamples, toZero: null));
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
            var toZero = isCounter && difference > 0 && values[0] >= 0 ? (double?)(values[0] / difference) : null;
            return difference * Factor(window, times[0], times[^1], window.FloatSamples, toZero);
        }
        return WindowPoint.None;
    }

    public override void End(SeriesColumn result)
    {
        if (isCounter && !result.FloatMask().IsEmpty)
        {
            NoteIfNoCounter(MetricName, Arguments.Annotations, RangeSpan);
        }
    }

    public static void NoteIfNoCounter(string name, AnnotationSink annotations, TextSpan place)
    {
        if (name.Length > 0 && !LooksLikeCounter(name))
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
        for (var row = 1; row < values.Length; row++)
        {
            if (values[row] < values[row - 1])
            {
                _resets.Add(row);
            }
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

    /// <summary>
    /// By how much the sampled difference is scaled. <paramref name="toZero"/> is how far before the first sample the counter was zero, in
    /// sampled intervals: it is never extrapolated beyond that.
    /// </summary>
    private double Factor(in SampleWindow window, long firstMs, long lastMs, long samples, double? toZero)
    {
        var toStart = (firstMs - window.StartMs) / 1000.0;
        var toEnd = (window.EndMs - lastMs) / 1000.0;
        var sampled = (lastMs - firstMs) / 1000.0;
        var spacing = sampled / Math.Max(1, samples - 1);
        var threshold = spacing * 1.1;
        if (toStart >= threshold)
        {
            toStart = spacing / 2;
        }
        if (toZero is { } intervals && sampled * intervals < toStart)
        {
            toStart = sampled * intervals;
        }
        if (toEnd >= threshold)
        {
            toEnd = spacing / 2;
        }
        var factor = (sampled + toStart + toEnd) / sampled;
        return perSecond ? factor / ((window.EndMs - window.StartMs) / 1000.0) : factor;
    }
}

/// <summary><c>irate</c> and <c>idelta</c>: of the last two samples only.</summary>
internal sealed class InstantRate(WindowArguments arguments, bool perSecond) : WindowFunction(arguments)
{
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
            var values = window.Floats;
            // A counter that fell was reset, so that all of its value is new.
            var difference = perSecond && values[^1] < values[^2] ? values[^1] : values[^1] - values[^2];
            return perSecond ? difference / (elapsed / 1000.0) : difference;
        }
        var pair = HistogramRates.InstantDifference(window.Histograms[^2], window.Histograms[^1], perSecond, MetricName, RangeSpan, Arguments.Annotations);
        return pair is null || !perSecond ? pair : HistogramArithmetic.Divide(pair, elapsed / 1000.0);
    }
}
