using System.Runtime.InteropServices;
using Touchline.Model;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Sets of buckets, as runs of consecutive indexes.</summary>
internal static class BucketSpans
{
    /// <summary>The buckets of both; the first array itself where it has those of the second.</summary>
    public static BucketSpan[] Union(BucketSpan[] first, BucketSpan[] second)
    {
        if (first.AsSpan().SequenceEqual(second) || second.Length == 0)
        {
            return first;
        }
        var mine = Indexes(first);
        var all = new SortedSet<int>(mine);
        all.UnionWith(Indexes(second));
        if (all.Count == mine.Count)
        {
            return first;
        }
        var spans = new List<BucketSpan>();
        var next = 0;
        foreach (var index in all)
        {
            if (spans.Count > 0 && index == next)
            {
                ref var last = ref CollectionsMarshal.AsSpan(spans)[^1];
                last = last with { Length = last.Length + 1 };
            }
            else
            {
                spans.Add(new BucketSpan(index - next, 1));
            }
            next = index + 1;
        }
        return [.. spans];
    }

    /// <summary>The counts of one set of buckets in the order of a larger one, 0 for those that it does not have.</summary>
    public static double[] Spread(BucketSpan[] from, double[] counts, BucketSpan[] to, int toCount)
    {
        if (from.AsSpan().SequenceEqual(to))
        {
            return counts;
        }
        var spread = new double[toCount];
        var mine = Indexes(from);
        var i = 0;
        var position = 0;
        foreach (var index in Indexes(to))
        {
            if (i < mine.Count && i < counts.Length && mine[i] == index)
            {
                spread[position] = counts[i++];
            }
            position++;
        }
        return spread;
    }

    /// <summary>The index of every bucket, ascending.</summary>
    private static List<int> Indexes(BucketSpan[] spans)
    {
        var indexes = new List<int>();
        var next = 0;
        foreach (var span in spans)
        {
            next += span.Offset;
            for (var left = span.Length; left > 0; left--)
            {
                indexes.Add(next++);
            }
        }
        return indexes;
    }
}
