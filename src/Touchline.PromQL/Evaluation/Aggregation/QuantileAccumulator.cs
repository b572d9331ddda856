using System.Buffers;
using System.Numerics;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary><c>quantile</c>: keeps the columns of the group and puts them in order step by step, some steps at a time, so that each column is walked along and not jumped over.</summary>
internal sealed class QuantileAccumulator(int steps, AggregationNotes notes, double[] quantiles, QueryDeadline deadline) : GroupAccumulator(steps, notes)
{
    /// <summary>Values that are gone through without asking whether the query is still wanted: a millisecond or two.</summary>
    private const int MostAtOnce = 1 << 18;

    private readonly List<(double[] Values, StepMask Floats)> _columns = [];

    public override void Add(SeriesColumn series)
    {
        if (series.HasHistograms())
        {
            Notes.IgnoredHistogram();
        }
        _columns.Add((series.Values, series.FloatMask()));
    }

    public override SeriesColumn Finish(Labels labels)
    {
        var builder = new SeriesColumnBuilder(Steps);
        var room = _columns.Count;
        // A power of two, so that they lie in one word of a mask.
        var atOnce = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(MostAtOnce / room, 1, 64));
        var mask = ulong.MaxValue >> (64 - atOnce);
        var rented = ArrayPool<double>.Shared.Rent(room * atOnce);
        Span<int> counts = stackalloc int[atOnce];
        for (var first = 0; first < Steps; first += atOnce)
        {
            deadline.ThrowIfOver();
            counts.Clear();
            foreach (var (values, floats) in _columns)
            {
                for (var bits = (floats.WordAt(first) >> first) & mask; bits != 0; bits &= bits - 1)
                {
                    var step = BitOperations.TrailingZeroCount(bits);
                    rented[step * room + counts[step]++] = values[first + step];
                }
            }
            for (var step = 0; step < atOnce; step++)
            {
                if (counts[step] > 0)
                {
                    builder.Set(first + step, Quantile.Of(quantiles[first + step], rented.AsSpan(step * room, counts[step])));
                }
            }
        }
        ArrayPool<double>.Shared.Return(rented);
        return builder.Build(labels);
    }
}
