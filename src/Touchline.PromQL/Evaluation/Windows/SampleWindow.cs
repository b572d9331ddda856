using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>The samples of one series that one step sees: rows of <see cref="SeriesSamples"/>, from inclusive, to exclusive.</summary>
internal readonly ref struct SampleWindow(SeriesSamples series, int floatFrom, int floatTo, int histogramFrom, int histogramTo)
{
    public int FloatFrom { get; } = floatFrom;

    public int FloatTo { get; } = floatTo;

    public int FloatCount => FloatTo - FloatFrom;

    public int HistogramCount => histogramTo - histogramFrom;

    public bool IsMixed => FloatCount > 0 && HistogramCount > 0;

    public ReadOnlySpan<double> Floats => series.Floats[FloatFrom..FloatTo];

    public ReadOnlySpan<long> FloatTimes => series.FloatTimes[FloatFrom..FloatTo];

    public ReadOnlySpan<NativeHistogram> Histograms => series.Histograms[histogramFrom..histogramTo];

    public ReadOnlySpan<long> HistogramTimes => series.HistogramTimes[histogramFrom..histogramTo];

    /// <summary>The step, for parameters that change from step to step.</summary>
    public required int Step { get; init; }

    /// <summary>When the step itself is evaluated (ms), which is not the window's end where there is an offset.</summary>
    public required long EvaluationTimeMs { get; init; }

    /// <summary>Exclusive.</summary>
    public required long StartMs { get; init; }

    /// <summary>Inclusive.</summary>
    public required long EndMs { get; init; }
}
