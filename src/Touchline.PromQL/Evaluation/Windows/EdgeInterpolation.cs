namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// The window of one step with values at both of its ends, as <c>anchored</c> and <c>smoothed</c> give it: rows <see cref="First"/> to
/// <see cref="Last"/> are the samples it rests on, which may lie outside. Source: Prometheus's feature flags page, extended range selectors.
/// </summary>
internal readonly record struct EdgedWindow(int First, int Last, double Left, double Right);

/// <summary>Finds the windows of one series step by step; they only move forward.</summary>
internal sealed class EdgeInterpolation(bool smoothed, bool isCounter, long lookbackMs)
{
    private int _from;
    private int _to;

    /// <summary>How many samples the last window looked at.</summary>
    public int Looked => _to - _from;

    public void Restart() => (_from, _to) = (0, 0);

    /// <param name="times">Of the whole series (ms).</param>
    /// <param name="values">Beside the times.</param>
    /// <param name="start">Left end (ms, exclusive).</param>
    /// <param name="end">Right end (ms, inclusive).</param>
    public EdgedWindow? Next(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long start, long end)
    {
        var until = smoothed ? end + lookbackMs : end;
        while (_to < times.Length && times[_to] <= until)
        {
            _to++;
        }
        while (_from < _to && times[_from] <= start - lookbackMs)
        {
            _from++;
        }
        if (_from == _to)
        {
            return null;
        }
        var first = _from;
        while (first + 1 < _to && times[first + 1] <= start)
        {
            first++;
        }
        var last = _to - 1;
        if (smoothed)
        {
            while (last > first && times[last - 1] >= end)
            {
                last--;
            }
        }
        if (times[last] <= start)
        {
            return null;
        }
        var left = smoothed && times[first] < start ? Between(times, values, first, start) : values[first];
        var right = smoothed && last > first && times[last] > end ? Between(times, values, last - 1, end) : values[last];
        return new EdgedWindow(first, last, left, right);
    }

    /// <summary>On the line from a row to the next. A counter that fell between them has begun at zero.</summary>
    private double Between(ReadOnlySpan<long> times, ReadOnlySpan<double> values, int row, long at)
    {
        var (from, to) = (values[row], values[row + 1]);
        if (isCounter && to < from)
        {
            from = 0;
        }
        return from + (to - from) * (at - times[row]) / (times[row + 1] - times[row]);
    }
}
