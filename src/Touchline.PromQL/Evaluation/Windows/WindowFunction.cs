using System.Diagnostics.CodeAnalysis;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// What a range function is called with besides the samples: the scalar arguments by step, when the steps are evaluated (which is not when their windows end, where
/// there is an offset), and where to note what it noticed.
/// </summary>
internal sealed record WindowArguments(
    IReadOnlyList<double[]> Scalars, IReadOnlyList<TextSpan> Spans, long RangeMs, StepGrid Grid, AnnotationSink Annotations)
{
    /// <summary>Whether series say in their labels what type of metric they are of.</summary>
    public bool HasTypeLabels { get; init; }
}

/// <summary>
/// A function of a range vector. One instance serves one thread: <see cref="Begin"/> once a series, then <see cref="Evaluate"/> for each
/// window that has samples, windows moving only forward, so that a function can keep what its next window shares with the last.
/// </summary>
internal abstract class WindowFunction(WindowArguments arguments)
{
    protected WindowArguments Arguments { get; } = arguments;

    protected SeriesIdentity Series { get; private set; } = new(Labels.Empty);

    protected string MetricName => Series.MetricName;

    /// <summary>The place that notes are about: the first argument, whatever it is.</summary>
    protected TextSpan RangeSpan => Arguments.Spans[0];

    /// <summary>Whether the result still has the metric's name: it is a sample of the metric.</summary>
    public virtual bool KeepsName => false;

    /// <summary>
    /// Whether the result grows with the length of the window, so that it has to be scaled where the window was moved to the grid of aggregates.
    /// </summary>
    public virtual bool GrowsWithWindow => false;

    public void Begin(SeriesIdentity series, SeriesSamples samples)
    {
        Series = series;
        Start(samples);
    }

    public abstract WindowPoint Evaluate(in SampleWindow window);

    /// <summary>
    /// All windows of a series at once, which is what most functions do several times as fast: after <see cref="Begin"/>, instead of <see cref="Evaluate"/>. False where
    /// the function has no such way for this series; nothing was noted then.
    /// </summary>
    /// <param name="windows">Of a series of floats, none of them an aggregate.</param>
    /// <param name="values">One place a step; those of steps that are not in <paramref name="present"/> may hold anything.</param>
    /// <param name="present">The steps that have a point. May be shared: not to be written to.</param>
    public virtual bool TryEvaluateAll(in FloatWindows windows, double[] values, [NotNullWhen(true)] out StepMask? present)
    {
        present = null;
        return false;
    }

    /// <summary>After the last window of a series.</summary>
    public virtual void End(SeriesColumn result)
    {
    }

    protected virtual void Start(SeriesSamples samples)
    {
    }

    protected void WarnOfMixedSamples() =>
        Arguments.Annotations.Warn($"encountered a mix of histograms and floats for metric name {QuotedString.Of(MetricName)}", RangeSpan);

    protected void NoteIgnoredHistograms() =>
        Arguments.Annotations.Inform($"ignored histograms in a range containing both floats and histograms for metric name {QuotedString.Of(MetricName)}", RangeSpan);
}
