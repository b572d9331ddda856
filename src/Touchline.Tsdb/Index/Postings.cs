namespace Touchline.Tsdb.Index;

/// <summary>Set operations over ascending series numbers.</summary>
internal static class Postings
{
    /// <summary>Numbers in both. A far shorter side gallops through the longer one.</summary>
    public static uint[] Intersect(uint[] left, uint[] right)
    {
        if (left.Length > right.Length)
        {
            (left, right) = (right, left);
        }
        var result = new uint[left.Length];
        var count = 0;
        var at = 0;
        foreach (var number in left)
        {
            at = SkipTo(right, at, number);
            if (at == right.Length)
            {
                break;
            }
            if (right[at] == number)
            {
                result[count++] = number;
            }
        }
        return Trim(result, count);
    }

    /// <summary>Numbers of the first that are not in the second.</summary>
    public static uint[] Subtract(uint[] from, uint[] what)
    {
        if (what.Length == 0)
        {
            return from;
        }
        var result = new uint[from.Length];
        var count = 0;
        var at = 0;
        foreach (var number in from)
        {
            at = SkipTo(what, at, number);
            if (at == what.Length || what[at] != number)
            {
                result[count++] = number;
            }
        }
        return Trim(result, count);
    }

    /// <summary>Numbers in any of the lists, each once.</summary>
    public static uint[] Union(List<uint[]> lists)
    {
        switch (lists.Count)
        {
            case 0:
                return [];
            case 1:
                return lists[0];
        }
        var total = 0;
        foreach (var list in lists)
        {
            total += list.Length;
        }
        var all = new uint[total];
        var at = 0;
        foreach (var list in lists)
        {
            list.CopyTo(all, at);
            at += list.Length;
        }
        // Sorting once beats merging lists one by one where a regular expression hits thousands of values.
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

    private static int SkipTo(uint[] numbers, int from, uint number)
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
