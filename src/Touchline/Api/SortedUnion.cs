namespace Touchline.Api;

/// <summary>Several lists in order as one, each element once; made as it is taken, so that a caller that gave up stops it anywhere.</summary>
internal static class SortedUnion
{
    public static IEnumerable<T> Of<T>(IReadOnlyList<IReadOnlyList<T>> lists, IComparer<T> order)
    {
        var next = new PriorityQueue<(IReadOnlyList<T> List, int Index), T>(order);
        foreach (var list in lists)
        {
            if (list.Count > 0)
            {
                next.Enqueue((list, 0), list[0]);
            }
        }
        T? last = default;
        var any = false;
        while (next.TryDequeue(out var at, out var element))
        {
            if (at.Index + 1 < at.List.Count)
            {
                next.Enqueue((at.List, at.Index + 1), at.List[at.Index + 1]);
            }
            if (!any || order.Compare(last, element) != 0)
            {
                (any, last) = (true, element);
                yield return element;
            }
        }
    }
}
