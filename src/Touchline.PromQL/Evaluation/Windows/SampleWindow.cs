using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>The samples of one series that one step sees: rows of <see cref="SeriesSamples"/>, from inclusive, to exclusive.</summary>
internal readonly ref struct SampleWindow(SeriesSamples series, int floatFrom, int floatTo, int histogramFrom, int histogramTo)
{
    public int FloatFrom { get; } = floatFrom;

    public int FloatTo { get; } = floatTo;

    public int FloatCount => FloatTo - FloatFrom;

    public int HistogramCount => histogramTo - histogramFrom;

    /// <summary>How many samples the floats stand for: more than there are where some are aggregates.</summary>
    public long FloatSamples => series.HasCounts ? Sum(series.FloatCounts[FloatFrom..FloatTo]) : FloatCount;

    /// <summary>As <see cref="FloatSamples"/>, of the histograms.</summary>
    public long HistogramSamples => series.HasCounts ? Sum(series.HistogramCounts[histogramFrom..histogramTo]) : HistogramCount;

    /// <summary>How many samples each histogram stands for; empty where each is one.</summary>
    public ReadOnlySpan<long> HistogramCounts => series.HasCounts ? series.HistogramCounts[histogramFrom..histogramTo] : [];

    /// <summary>Whether rows may stand for several samples each.</summary>
    public bool HasCounts => series.HasCounts;

    public bool IsMixed => FloatCount > 0 && HistogramCount > 0;

    public ReadOnlySpan<double> Floats => series.Floats[FloatFrom..FloatTo];

    public ReadOnlySpan<long> FloatTimes => series.FloatTimes[FloatFrom..FloatTo];

    public ReadOnlySpan<NativeHistogram> Histograms => series.Histograms[histogramFrom..histogramTo];

    public ReadOnlySpan<long> HistogramTimes => series.HistogramTimes[histogramFrom..histogramTo];

    /// <summary>The step, for parameters that change from step to step.</summary>
    public required int Step { get; init; }

    /// <summary>Exclusive.</summary>
    public required long StartMs { get; init; }

    /// <summary>Inclusive.</summary>
    public required long EndMs { get; init; }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }
        return sum;
    }
}
