using System.Numerics;

namespace Touchline.Tsdb.Index;

/// <summary>Set operations over ascending series numbers. They stop where the caller gave up.</summary>
internal static class Postings
{
    /// <summary>Looking at so many numbers takes a fraction of a millisecond.</summary>
    public const int NumbersPerCheck = 1 << 16;

    /// <summary>Below it sorting is quicker than clearing and walking a bit map of all series.</summary>
    private const int WorthMapping = 1 << 12;

    /// <summary>Numbers in both. A far shorter side gallops through the longer one.</summary>
    public static uint[] Intersect(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right, CancellationToken cancellationToken)
    {
        if (left.Length > right.Length)
        {
            return Intersect(right, left, cancellationToken);
        }
        var result = new uint[left.Length];
        var count = 0;
        var at = 0;
        for (var i = 0; i < left.Length; i++)
        {
            Check(i, cancellationToken);
            at = SkipTo(right, at, left[i]);
            if (at == right.Length)
            {
                break;
            }
            if (right[at] == left[i])
            {
                result[count++] = left[i];
            }
        }
        return Trim(result, count);
    }

    /// <summary>Numbers of the first that are not in the second.</summary>
    public static uint[] Subtract(uint[] from, uint[] what, CancellationToken cancellationToken)
    {
        if (what.Length == 0)
        {
            return from;
        }
        var result = new uint[from.Length];
        var count = 0;
        var at = 0;
        for (var i = 0; i < from.Length; i++)
        {
            Check(i, cancellationToken);
            at = SkipTo(what, at, from[i]);
            if (at == what.Length || what[at] != from[i])
            {
                result[count++] = from[i];
            }
        }
        return Trim(result, count);
    }

    /// <summary>Numbers in any of the lists, each once.</summary>
    public static uint[] Union(List<uint[]> lists, CancellationToken cancellationToken)
    {
        switch (lists.Count)
        {
            case 0:
                return [];
            case 1:
                return lists[0];
        }
        var total = 0L;
        var largest = 0u;
        foreach (var list in lists)
        {
            total += list.Length;
            largest = list.Length > 0 ? Math.Max(largest, list[^1]) : largest;
        }
        return total < WorthMapping ? Sorted(lists, (int)total) : Mapped(lists, largest, cancellationToken);
    }

    private static uint[] Sorted(List<uint[]> lists, int total)
    {
        var all = new uint[total];
        var at = 0;
        foreach (var list in lists)
        {
            list.CopyTo(all, at);
            at += list.Length;
        }
        Array.Sort(all);
        var count = 0;
        foreach (var number in all)
        {
            if (count == 0 || all[count - 1] != number)
            {
                all[count++] = number;
            }
        }
        return Trim(all, count);
    }

    // Series are numbered without large gaps: a bit for each takes less memory than their lists, and no sorting, which could not be stopped.
    private static uint[] Mapped(List<uint[]> lists, uint largest, CancellationToken cancellationToken)
    {
        var map = new ulong[(largest >> 6) + 1];
        var looked = 0;
        foreach (var list in lists)
        {
            foreach (var number in list)
            {
                Check(looked++, cancellationToken);
                map[number >> 6] |= 1UL << (int)(number & 63);
            }
        }
        var count = 0;
        foreach (var word in map)
        {
            count += BitOperations.PopCount(word);
        }
        var result = new uint[count];
        var at = 0;
        for (var word = 0; word < map.Length; word++)
        {
            Check(word, cancellationToken);
            for (var bits = map[word]; bits != 0; bits &= bits - 1)
            {
                result[at++] = (uint)((word << 6) + BitOperations.TrailingZeroCount(bits));
            }
        }
        return result;
    }

    private static void Check(int looked, CancellationToken cancellationToken)
    {
        if ((looked & (NumbersPerCheck - 1)) == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static int SkipTo(ReadOnlySpan<uint> numbers, int from, uint number)
    {
        var step = 1;
        var low = from;
        var high = from;
        while (high < numbers.Length && numbers[high] < number)
        {
            low = high + 1;
            high += step;
            step *= 2;
        }
        high = Math.Min(high, numbers.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (numbers[middle] < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private static uint[] Trim(uint[] numbers, int count)
    {
        Array.Resize(ref numbers, count);
        return numbers;
    }
}
