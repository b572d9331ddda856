using System.Numerics;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>What <c>sum</c> and <c>avg</c> share: floats and histograms may both be there, but not in one group at one step.</summary>
internal abstract class AdditiveAccumulator(int steps, AggregationNotes notes) : GroupAccumulator(steps, notes)
{
    private readonly StepMask _floats = new(steps);
    private StepMask? _histogramSteps;
    private StepMask? _failed;
    private NativeHistogram?[]? _histograms;
    private double[]? _histogramCounts;

    public sealed override void Add(SeriesColumn series)
    {
        var floats = series.FloatMask();
        if (_failed is not null)
        {
            // Where histograms did not fit together nothing comes out, and what follows is not looked at.
            floats = floats.AndNot(_failed);
        }
        AddFloats(series.Values, floats, _floats);
        _floats.OrWith(floats);
        if (series.Histograms is not null)
        {
            AddHistograms(series, series.Histograms);
        }
    }

    public sealed override SeriesColumn Finish(Labels labels)
    {
        var values = FinishFloats();
        if (_histogramSteps is null)
        {
            return new SeriesColumn(labels, _floats, values);
        }
        if (_histogramSteps.Overlaps(_floats))
        {
            Notes.MixedSamples();
        }
        var present = _floats.AndNot(_histogramSteps);
        var ofHistograms = _histogramSteps.AndNot(_floats).AndNot(_failed!);
        present.OrWith(ofHistograms);
        var histograms = new NativeHistogram?[Steps];
        for (var step = ofHistograms.Next(0); step >= 0; step = ofHistograms.Next(step + 1))
        {
            histograms[step] = HistogramArithmetic.Compact(_histograms![step]!);
        }
        return new SeriesColumn(labels, present, values, histograms);
    }

    /// <summary><paramref name="seen"/> are the steps that have had a float before.</summary>
    protected abstract void AddFloats(double[] values, StepMask present, StepMask seen);

    protected abstract double[] FinishFloats();

    /// <summary>The histogram of <paramref name="count"/> samples, from that of all but the last; null where they do not fit.</summary>
    protected abstract NativeHistogram? Combine(NativeHistogram current, NativeHistogram added, double count, out HistogramMismatch mismatch);

    private void AddHistograms(SeriesColumn series, NativeHistogram?[] column)
    {
        _histogramSteps ??= new StepMask(Steps);
        _failed ??= new StepMask(Steps);
        _histograms ??= new NativeHistogram?[Steps];
        _histogramCounts ??= new double[Steps];
        for (var step = series.Present.Next(0); step >= 0; step = series.Present.Next(step + 1))
        {
            if (column[step] is not { } histogram)
            {
                continue;
            }
            _histogramSteps.Set(step);
            _histogramCounts[step]++;
            if (_histograms[step] is not { } current)
            {
                _histograms[step] = histogram;
                continue;
            }
            if (_failed[step])
            {
                continue;
            }
            var combined = Combine(current, histogram, _histogramCounts[step], out var mismatch);
            if (combined is null)
            {
                _failed.Set(step);
                Notes.Mismatch(mismatch, series.Labels.MetricName);
                continue;
            }
            _histograms[step] = combined;
        }
    }
}

/// <summary><c>sum</c>.</summary>
internal sealed class SumAccumulator(int steps, AggregationNotes notes) : AdditiveAccumulator(steps, notes)
{
    private readonly double[] _sums = new double[steps];
    private readonly double[] _compensations = new double[steps];

    protected override void AddFloats(double[] values, StepMask present, StepMask seen)
    {
        for (var first = 0; first < Steps; first += 64)
        {
            var (bits, known) = (present.WordAt(first), seen.WordAt(first));
            if ((bits & known) == present.WholeWordAt(first))
            {
                var last = Math.Min(first + 64, Steps);
                var added = KahanSum.AddFinite(values.AsSpan(first..last), _sums.AsSpan(first..last), _compensations.AsSpan(first..last));
                bits = added == 64 ? 0 : bits & (ulong.MaxValue << added);
            }
            for (; bits != 0; bits &= bits - 1)
            {
                var step = first + BitOperations.TrailingZeroCount(bits);
                if ((known & (1UL << step)) != 0)
                {
                    KahanSum.Add(values[step], ref _sums[step], ref _compensations[step]);
                }
                else
                {
                    _sums[step] = values[step];
                }
            }
        }
    }

    protected override double[] FinishFloats()
    {
        for (var step = 0; step < _sums.Length; step++)
        {
            _sums[step] += _compensations[step];
        }
        return _sums;
    }

    protected override NativeHistogram? Combine(NativeHistogram current, NativeHistogram added, double count, out HistogramMismatch mismatch) =>
        HistogramArithmetic.Add(current, added, out mismatch);
}

/// <summary><c>avg</c>.</summary>
internal sealed class AvgAccumulator(int steps, AggregationNotes notes) : AdditiveAccumulator(steps, notes)
{
    private readonly double[] _sums = new double[steps];
    private readonly double[] _compensations = new double[steps];
    private readonly double[] _counts = new double[steps];
    private KahanMean[]? _means; // From the first sum on that would not be finite.

    protected override void AddFloats(double[] values, StepMask present, StepMask seen)
    {
        var added = 0;
        if (_means is null)
        {
            added = AddWhileFinite(values, present, seen);
            if (added == Steps)
            {
                return;
            }
            _means = new KahanMean[Steps];
            for (var step = 0; step < Steps; step++)
            {
                _means[step] = _counts[step] == 0 ? default : new KahanMean(_sums[step], _compensations[step], _counts[step]);
            }
        }
        for (var step = present.Next(added); step >= 0; step = present.Next(step + 1))
        {
            if (_means[step].IsEmpty)
            {
                _means[step] = new KahanMean(values[step]);
            }
            else
            {
                _means[step].Add(values[step]);
            }
        }
    }

    protected override double[] FinishFloats()
    {
        var values = new double[Steps];
        for (var step = 0; step < values.Length; step++)
        {
            var mean = _means?[step] ?? new KahanMean(_sums[step], _compensations[step], _counts[step]);
            values[step] = mean.IsEmpty ? 0 : mean.Value;
        }
        return values;
    }

    /// <summary>Answers up to which step, exclusive, everything was added.</summary>
    private int AddWhileFinite(double[] values, StepMask present, StepMask seen)
    {
        for (var first = 0; first < Steps; first += 64)
        {
            var bits = present.WordAt(first);
            if ((bits & seen.WordAt(first)) == present.WholeWordAt(first))
            {
                var last = Math.Min(first + 64, Steps);
                var added = KahanSum.AddFinite(values.AsSpan(first..last), _sums.AsSpan(first..last), _compensations.AsSpan(first..last));
                foreach (ref var count in _counts.AsSpan(first, added))
                {
                    count++;
                }
                bits = added == 64 ? 0 : bits & (ulong.MaxValue << added);
            }
            for (; bits != 0; bits &= bits - 1)
            {
                var step = first + BitOperations.TrailingZeroCount(bits);
                if (double.IsInfinity(_sums[step] + values[step]))
                {
                    return step;
                }
                if (_counts[step]++ == 0)
                {
                    _sums[step] = values[step]; // Zero and a negative zero would be zero.
                    continue;
                }
                KahanSum.Add(values[step], ref _sums[step], ref _compensations[step]);
            }
        }
        return Steps;
    }

    protected override NativeHistogram? Combine(NativeHistogram current, NativeHistogram added, double count, out HistogramMismatch mismatch) =>
        HistogramSums.AddToMean(current, added, count, out mismatch);
}
