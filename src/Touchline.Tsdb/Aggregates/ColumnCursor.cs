using Touchline.Storage;

namespace Touchline.Tsdb.Aggregates;

/// <summary>Walks a column of aggregates beside the times of the rows, which it has at most once each.</summary>
internal ref struct ColumnCursor(SampleColumns? column)
{
    private readonly ReadOnlySpan<long> _times = column is null ? [] : column.Timestamps;
    private readonly ReadOnlySpan<double> _values = column is null ? [] : column.Values;
    private int _next;

    /// <summary>The value at a time, later than those asked for before; the other where the column has none there.</summary>
    public double At(long time, double standIn)
    {
        while (_next < _times.Length && _times[_next] < time)
        {
            _next++;
        }
        return _next < _times.Length && _times[_next] == time ? _values[_next] : standIn;
    }
}
