using System.Runtime.InteropServices;

namespace Touchline.Model;

/// <summary>One side of a histogram as (index, count) pairs in rising order of index, which is easier to compute with than spans.</summary>
public sealed class SparseBuckets
{
    private readonly List<(int Index, double Count)> _buckets;

    private SparseBuckets(List<(int Index, double Count)> buckets) => _buckets = buckets;

    /// <summary>The buckets in rising order of index; valid as long as this is.</summary>
    public ReadOnlySpan<(int Index, double Count)> All => CollectionsMarshal.AsSpan(_buckets);

    /// <summary>The buckets that spans name; counts that are missing end it.</summary>
    public static SparseBuckets Of(BucketSpan[] spans, double[] counts)
    {
        var buckets = new List<(int, double)>(counts.Length);
        var index = 0;
        var at = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0u; i < span.Length && at < counts.Length; i++)
            {
                buckets.Add((index++, counts[at++]));
            }
        }
        return new SparseBuckets(buckets);
    }

    /// <summary>The same observations in buckets of a lower resolution.</summary>
    public SparseBuckets Reduce(int fromSchema, int toSchema)
    {
        if (fromSchema <= toSchema)
        {
            return this;
        }
        var reduced = new List<(int Index, double Count)>(_buckets.Count);
        foreach (var (index, count) in _buckets)
        {
            var target = ((index - 1) >> (fromSchema - toSchema)) + 1;
            if (reduced.Count > 0 && reduced[^1].Index == target)
            {
                reduced[^1] = (target, reduced[^1].Count + count);
            }
            else
            {
                reduced.Add((target, count));
            }
        }
        return new SparseBuckets(reduced);
    }

    /// <summary>Bucket by bucket this plus factor times the other; buckets that only one side has are taken over.</summary>
    public SparseBuckets Combine(SparseBuckets other, double factor)
    {
        var result = new List<(int, double)>(_buckets.Count + other._buckets.Count);
        int left = 0, right = 0;
        while (left < _buckets.Count || right < other._buckets.Count)
        {
            var leftIndex = left < _buckets.Count ? _buckets[left].Index : int.MaxValue;
            var rightIndex = right < other._buckets.Count ? other._buckets[right].Index : int.MaxValue;
            if (leftIndex == rightIndex)
            {
                result.Add((leftIndex, _buckets[left++].Count + factor * other._buckets[right++].Count));
            }
            else if (leftIndex < rightIndex)
            {
                result.Add(_buckets[left++]);
            }
            else
            {
                result.Add((rightIndex, factor * other._buckets[right++].Count));
            }
        }
        return new SparseBuckets(result);
    }

    /// <summary>Only the buckets from an index on.</summary>
    public SparseBuckets From(int firstIndex) => new([.. _buckets.Where(b => b.Index >= firstIndex)]);

    /// <summary>The same buckets with other counts, made one after the other.</summary>
    public SparseBuckets ConvertCounts(Func<int, double, double> convert) => new(_buckets.ConvertAll(b => (b.Index, convert(b.Index, b.Count))));

    /// <summary>Only the buckets that hold observations.</summary>
    public SparseBuckets WithoutEmpty() => new([.. _buckets.Where(b => b.Count != 0)]);

    /// <summary>The same as spans and counts, no span longer than it must be.</summary>
    public (BucketSpan[] Spans, double[] Counts) ToSpans()
    {
        var spans = new List<BucketSpan>();
        var counts = new double[_buckets.Count];
        var next = 0;
        for (var i = 0; i < _buckets.Count; i++)
        {
            var (index, count) = _buckets[i];
            if (spans.Count == 0 || index != next)
            {
                spans.Add(new BucketSpan(index - next, 1));
            }
            else
            {
                spans[^1] = spans[^1] with { Length = spans[^1].Length + 1 };
            }
            next = index + 1;
            counts[i] = count;
        }
        return ([.. spans], counts);
    }
}
