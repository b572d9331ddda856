using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Loops;

/// <summary>
/// Gathers the series of one classic histogram and makes a native one with custom buckets of them. What contradicts itself makes none;
/// the rules are those of Prometheus, util/convertnhcb. Reused; not thread-safe.
/// </summary>
internal sealed class ClassicHistogram
{
    private readonly List<(double Bound, double Count)> _buckets = [];
    private double? _count;
    private double _sum;
    private bool _isContradictory;

    public void Clear()
    {
        _buckets.Clear();
        _count = null;
        _sum = 0;
        _isContradictory = false;
    }

    public void Add(ClassicPartKind kind, double bound, double value)
    {
        switch (kind)
        {
            case ClassicPartKind.Sum:
                _sum = value;
                break;
            case ClassicPartKind.Count:
                _isContradictory |= value < 0;
                _count = value;
                break;
            default:
                AddBucket(bound, value);
                break;
        }
    }

    /// <summary>The histogram, null where there is none to be made.</summary>
    public NativeHistogram? ToNative()
    {
        if (_isContradictory || (_count is null && _buckets.Count == 0))
        {
            return null;
        }
        var count = _count ?? _buckets[^1].Count;
        if (_buckets.Count == 0 || !double.IsPositiveInfinity(_buckets[^1].Bound))
        {
            _buckets.Add((double.PositiveInfinity, count));
        }
        if (_buckets[^1].Count != count)
        {
            return null;
        }
        var counts = new double[_buckets.Count];
        var before = 0.0;
        var isFloat = !IsWhole(count);
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = _buckets[i].Count - before;
            before = _buckets[i].Count;
            isFloat |= !IsWhole(before);
        }
        var histogram = new NativeHistogram
        {
            Schema = NativeHistogram.CustomBucketsSchema,
            IsFloat = isFloat,
            Count = count,
            Sum = _sum,
            PositiveSpans = [new BucketSpan(0, (uint)counts.Length)],
            PositiveBuckets = counts,
            CustomBounds = [.. _buckets.Take(counts.Length - 1).Select(bucket => bucket.Bound)],
        };
        return HistogramRules.Problem(histogram).Length == 0 ? HistogramBuckets.Compact(histogram) : null;
    }

    private static bool IsWhole(double count) => count == Math.Round(count);

    private void AddBucket(double bound, double count)
    {
        _isContradictory |= count < 0;
        var at = _buckets.Count;
        // Nearly always they come in rising order.
        while (at > 0 && _buckets[at - 1].Bound >= bound)
        {
            at--;
        }
        if (at < _buckets.Count && _buckets[at].Bound == bound)
        {
            return;
        }
        _isContradictory |= (at > 0 && count < _buckets[at - 1].Count) || (at < _buckets.Count && count > _buckets[at].Count);
        _buckets.Insert(at, (bound, count));
    }
}
