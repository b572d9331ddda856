using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>Fills one <see cref="SeriesColumn"/> point by point; the histogram column is made when the first histogram comes.</summary>
internal sealed class SeriesColumnBuilder(int steps)
{
    private readonly StepMask _present = new(steps);
    private readonly double[] _values = new double[steps];
    private NativeHistogram?[]? _histograms;
    private int _count;

    public int Count => _count;

    public void Set(int step, double value)
    {
        _present.Set(step);
        _values[step] = value;
        _count++;
    }

    public void Set(int step, NativeHistogram histogram)
    {
        _present.Set(step);
        _histograms ??= new NativeHistogram?[_values.Length];
        _histograms[step] = histogram;
        _count++;
    }

    public SeriesColumn Build(Labels labels) => new(labels, _present, _values, _histograms);
}
