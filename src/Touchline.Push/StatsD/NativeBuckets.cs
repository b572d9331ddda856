using Touchline.Model;

namespace Touchline.Push.StatsD;

/// <summary>
/// Counts values in buckets whose bounds grow by a factor, as clients with native histograms do: the resolution is halved where there would be too
/// many of them. Not thread-safe. Source: Prometheus, native histogram specification.
/// </summary>
internal sealed class NativeBuckets
{
    /// <summary>What lies nearer to zero is counted as zero: 2^-128, the default of Prometheus's client library.</summary>
    private const double ZeroThreshold = 2.938735877055719e-39;

    private readonly int _maxBuckets;
    private readonly SortedDictionary<int, long> _positive = [];
    private readonly SortedDictionary<int, long> _negative = [];
    private long _zero;

    public NativeBuckets(NativeShape shape)
    {
        _maxBuckets = shape.MaxBuckets;
        // The lowest resolution whose buckets are no wider than the factor.
        Schema = (int)Math.Clamp(Math.Ceiling(-Math.Log2(Math.Log2(shape.Factor))), HistogramRules.MinExponentialSchema, HistogramRules.MaxExponentialSchema);
    }

    public int Schema { get; private set; }

    /// <summary>Counts a finite value.</summary>
    public void Add(double value, long times)
    {
        if (Math.Abs(value) <= ZeroThreshold)
        {
            _zero += times;
            return;
        }
        var side = value > 0 ? _positive : _negative;
        var index = IndexOf(Math.Abs(value), Schema);
        side[index] = side.GetValueOrDefault(index) + times;
        while (_positive.Count + _negative.Count > _maxBuckets && Schema > HistogramRules.MinExponentialSchema)
        {
            Halve(_positive);
            Halve(_negative);
            Schema--;
        }
    }

    public NativeHistogram Read(long count, double sum)
    {
        var (positiveSpans, positive) = Spans(_positive);
        var (negativeSpans, negative) = Spans(_negative);
        return new NativeHistogram
        {
            Schema = Schema,
            ZeroThreshold = ZeroThreshold,
            ZeroCount = _zero,
            Count = count,
            Sum = sum,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }

    /// <summary>The bucket of a positive value: the one with the least upper bound that is not below it, 2^(index * 2^-schema).</summary>
    private static int IndexOf(double value, int schema)
    {
        // value = fraction * 2^exponent with a fraction of at least 0.5 and below 1, which is exact where a logarithm of the whole would not be.
        var exponent = Math.ILogB(value) + 1;
        var fraction = Math.ScaleB(value, -exponent);
        if (schema <= 0)
        {
            // A power of two is the upper bound of its bucket.
            var index = fraction == 0.5 ? exponent - 1 : exponent;
            return (index + (1 << -schema) - 1) >> -schema;
        }
        var perPower = 1 << schema;
        var within = (int)Math.Ceiling((Math.Log2(fraction) + 1) * perPower);
        // The logarithm may be off in its last digit, which counts next to a bound.
        if (within > 0 && fraction <= BoundOf(within - 1, perPower))
        {
            within--;
        }
        else if (fraction > BoundOf(within, perPower))
        {
            within++;
        }
        return (exponent - 1) * perPower + within;
    }

    private static double BoundOf(int within, int perPower) => 0.5 * Math.Pow(2, (double)within / perPower);

    private static void Halve(SortedDictionary<int, long> side)
    {
        var before = side.ToArray();
        side.Clear();
        foreach (var (index, count) in before)
        {
            var merged = ((index - 1) >> 1) + 1;
            side[merged] = side.GetValueOrDefault(merged) + count;
        }
    }

    private static (BucketSpan[] Spans, double[] Counts) Spans(SortedDictionary<int, long> side)
    {
        var spans = new List<BucketSpan>();
        var next = 0;
        foreach (var index in side.Keys)
        {
            if (spans.Count > 0 && index == next)
            {
                spans[^1] = spans[^1] with { Length = spans[^1].Length + 1 };
            }
            else
            {
                spans.Add(new BucketSpan(index - next, 1));
            }
            next = index + 1;
        }
        return ([.. spans], [.. side.Values.Select(count => (double)count)]);
    }
}
