using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// One series over all steps. Where <see cref="Present"/> has a bit, the point is <see cref="Histograms"/>[step] if that is not null, else
/// <see cref="Values"/>[step]; elsewhere both are meaningless. Not changed after an operator has handed it out.
/// </summary>
internal sealed class SeriesColumn(SeriesIdentity identity, StepMask present, double[] values, NativeHistogram?[]? histograms = null)
{
    private Labels? _labels;

    public SeriesColumn(Labels labels, StepMask present, double[] values, NativeHistogram?[]? histograms = null)
        : this(new SeriesIdentity(labels), present, values, histograms)
    {
    }

    public SeriesIdentity Identity => identity;

    /// <summary>Made when they are first asked for.</summary>
    public Labels Labels => _labels ??= identity.Labels;

    public StepMask Present { get; } = present;

    public double[] Values { get; } = values;

    /// <summary>Null where no point of the series is a histogram, which is what operators test first.</summary>
    public NativeHistogram?[]? Histograms { get; } = histograms;

    /// <summary>What it counts in a <see cref="SampleBudget"/>: the columns are there for every step, with and without a point.</summary>
    public long Samples
    {
        get
        {
            var samples = (long)Values.Length;
            foreach (var histogram in Histograms ?? [])
            {
                samples += SampleTally.SizeOf(histogram) - 1;
            }
            return samples;
        }
    }

    public NativeHistogram? HistogramAt(int step) => Histograms?[step];

    public SeriesColumn WithLabels(Labels labels) => ReferenceEquals(labels, Labels) ? this : new(labels, Present, Values, Histograms);

    public SeriesColumn WithMask(StepMask present) => new(identity, present, Values, Histograms);

    /// <summary>The points that are floats; the whole mask where there are no histograms.</summary>
    public StepMask FloatMask()
    {
        if (Histograms is null)
        {
            return Present;
        }
        var mask = Present.Copy();
        for (var step = mask.Next(0); step >= 0; step = mask.Next(step + 1))
        {
            if (Histograms[step] is not null)
            {
                mask.Clear(step);
            }
        }
        return mask;
    }
}
