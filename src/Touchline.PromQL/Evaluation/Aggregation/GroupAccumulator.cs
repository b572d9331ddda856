using System.Numerics;
using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>One group of an aggregation over all steps.</summary>
internal abstract class GroupAccumulator(int steps, AggregationNotes notes)
{
    protected int Steps { get; } = steps;

    protected AggregationNotes Notes { get; } = notes;

    public abstract void Add(SeriesColumn series);

    public abstract SeriesColumn Finish(Labels labels);
}

/// <summary><c>count</c>.</summary>
internal sealed class CountAccumulator(int steps, AggregationNotes notes) : GroupAccumulator(steps, notes)
{
    private readonly StepMask _present = new(steps);
    private readonly double[] _counts = new double[steps];
    private readonly double[] _whole = new double[(steps + 63) >> 6]; // For 64 steps each: the series that have a point at every one, as most have.

    public override void Add(SeriesColumn series)
    {
        _present.OrWith(series.Present);
        for (var first = 0; first < Steps; first += 64)
        {
            var bits = series.Present.WordAt(first);
            if (bits == series.Present.WholeWordAt(first))
            {
                _whole[first >> 6]++;
                continue;
            }
            for (; bits != 0; bits &= bits - 1)
            {
                _counts[first + BitOperations.TrailingZeroCount(bits)]++;
            }
        }
    }

    public override SeriesColumn Finish(Labels labels)
    {
        for (var step = 0; step < _counts.Length; step++)
        {
            _counts[step] += _whole[step >> 6];
        }
        return new SeriesColumn(labels, _present, _counts);
    }
}

/// <summary><c>group</c>: 1 wherever there is anything.</summary>
internal sealed class PresenceAccumulator(int steps, AggregationNotes notes) : GroupAccumulator(steps, notes)
{
    private readonly StepMask _present = new(steps);

    public override void Add(SeriesColumn series) => _present.OrWith(series.Present);

    public override SeriesColumn Finish(Labels labels)
    {
        var ones = new double[Steps];
        Array.Fill(ones, 1);
        return new SeriesColumn(labels, _present, ones);
    }
}

/// <summary><c>min</c> and <c>max</c>: NaN only where there is nothing else; histograms have no order.</summary>
internal sealed class ExtremeAccumulator(int steps, AggregationNotes notes, bool max) : GroupAccumulator(steps, notes)
{
    private readonly StepMask _present = new(steps);
    private readonly double[] _values = new double[steps];

    public override void Add(SeriesColumn series)
    {
        if (series.Histograms is not null)
        {
            Notes.IgnoredHistogram();
        }
        var floats = series.FloatMask();
        for (var first = 0; first < Steps; first += 64)
        {
            var bits = floats.WordAt(first);
            if ((bits & _present.WordAt(first)) == floats.WholeWordAt(first))
            {
                var last = Math.Min(first + 64, Steps);
                var merged = Merge(series.Values.AsSpan(first..last), _values.AsSpan(first..last));
                bits = merged == 64 ? 0 : bits & (ulong.MaxValue << merged);
            }
            for (; bits != 0; bits &= bits - 1)
            {
                var step = first + BitOperations.TrailingZeroCount(bits);
                var value = series.Values[step];
                var current = _values[step];
                if (!_present[step] || double.IsNaN(current) || (max ? current < value : current > value))
                {
                    _values[step] = value;
                    _present.Set(step);
                }
            }
        }
    }

    public override SeriesColumn Finish(Labels labels) => new(labels, _present, _values);

    /// <summary>Whole vectors of steps at which there is something already; answers how many steps that were.</summary>
    private int Merge(ReadOnlySpan<double> values, Span<double> extremes)
    {
        var step = 0;
        for (; step <= values.Length - Vector<double>.Count; step += Vector<double>.Count)
        {
            var value = new Vector<double>(values[step..]);
            var current = new Vector<double>(extremes[step..]);
            var replaced = (max ? Vector.LessThan(current, value) : Vector.GreaterThan(current, value)) | ~Vector.Equals(current, current);
            Vector.ConditionalSelect(replaced, value, current).CopyTo(extremes[step..]);
        }
        return step;
    }
}

/// <summary><c>stddev</c> and <c>stdvar</c>: Welford's method.</summary>
internal sealed class DeviationAccumulator(int steps, AggregationNotes notes, bool variance) : GroupAccumulator(steps, notes)
{
    private readonly StepMask _present = new(steps);
    private readonly double[] _counts = new double[steps];
    private readonly double[] _means = new double[steps];
    private readonly double[] _squares = new double[steps];

    public override void Add(SeriesColumn series)
    {
        if (series.Histograms is not null)
        {
            Notes.IgnoredHistogram();
        }
        var floats = series.FloatMask();
        _present.OrWith(floats);
        for (var step = floats.Next(0); step >= 0; step = floats.Next(step + 1))
        {
            var value = series.Values[step];
            var delta = value - _means[step];
            _means[step] += delta / ++_counts[step];
            // The first infinity makes Inf - Inf here, and so NaN, as the variance of infinities is.
            _squares[step] += delta * (value - _means[step]);
        }
    }

    public override SeriesColumn Finish(Labels labels)
    {
        for (var step = 0; step < Steps; step++)
        {
            _squares[step] = variance ? _squares[step] / _counts[step] : Math.Sqrt(_squares[step] / _counts[step]);
        }
        return new SeriesColumn(labels, _present, _squares);
    }
}
