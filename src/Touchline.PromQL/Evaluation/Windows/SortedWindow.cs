namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// The values of a window in order, kept while it moves: what leaves and enters is found by bisection. For windows of a few thousand rows moving it costs
/// less than a tree would. NaN comes first, as in .NET's order. Reused from series to series.
/// </summary>
internal sealed class SortedWindow
{
    private double[] _sorted = [];
    private int _from;
    private int _to;
    private int _count;

    public void Clear() => (_from, _to, _count) = (0, 0, 0);

    /// <summary>The values of the rows from one, inclusive, to another, exclusive, in order. Neither may be less than at the call before.</summary>
    public ReadOnlySpan<double> Move(ReadOnlySpan<double> values, int from, int to)
    {
        if (from >= _to)
        {
            return Begin(values, from, to);
        }
        if (_sorted.Length < _count + to - _to)
        {
            Array.Resize(ref _sorted, Math.Max(2 * _sorted.Length, _count + to - _to));
        }
        for (; _from < from; _from++)
        {
            var at = Array.BinarySearch(_sorted, 0, _count, values[_from]);
            _sorted.AsSpan(at + 1, --_count - at).CopyTo(_sorted.AsSpan(at));
        }
        for (; _to < to; _to++)
        {
            var at = Array.BinarySearch(_sorted, 0, _count, values[_to]);
            at = at < 0 ? ~at : at;
            _sorted.AsSpan(at, _count++ - at).CopyTo(_sorted.AsSpan(at + 1));
            _sorted[at] = values[_to];
        }
        return _sorted.AsSpan(0, _count);
    }

    private ReadOnlySpan<double> Begin(ReadOnlySpan<double> values, int from, int to)
    {
        (_from, _to, _count) = (from, to, to - from);
        if (_sorted.Length < _count)
        {
            _sorted = new double[Math.Max(2 * _count, 64)];
        }
        values[from..to].CopyTo(_sorted);
        _sorted.AsSpan(0, _count).Sort();
        return _sorted.AsSpan(0, _count);
    }
}
