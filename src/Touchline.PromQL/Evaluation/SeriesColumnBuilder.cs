using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>Fills one <see cref="SeriesColumn"/> point by point; the histogram column is made when the first histogram comes.</summary>
/// <param name="values">One place a step; where no point is set it keeps whatever it holds.</param>
internal sealed class SeriesColumnBuilder(double[] values)
{
    private readonly StepMask _present = new(values.Length);
    private readonly double[] _values = values;
    private NativeHistogram?[]? _histograms;
    private int _count;

    public SeriesColumnBuilder(int steps)
        : this(new double[steps])
    {
    }

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

    public SeriesColumn Build(Labels labels) => Build(new SeriesIdentity(labels));

    public SeriesColumn Build(SeriesIdentity identity) => new(identity, _present, _values, _histograms);
}
