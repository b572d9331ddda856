using Touchline.Model;

namespace Touchline.Storage;

/// <summary>
/// Decoded samples as columns: times in ms since the Unix epoch, ascending, beside their values. Grows as needed and is reused from
/// series to series. A row with a histogram has NaN in <see cref="Values"/>. Not thread-safe.
/// </summary>
public sealed class SampleColumns
{
    private long[] _timestamps = new long[256];
    private double[] _values = new double[256];
    private NativeHistogram?[]? _histograms;

    public int Count { get; private set; }

    public ReadOnlySpan<long> Timestamps => _timestamps.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>Whether any row is a histogram.</summary>
    public bool HasHistograms => _histograms is not null;

    /// <summary>One entry a row, null for floats; empty where no row is a histogram.</summary>
    public ReadOnlySpan<NativeHistogram?> Histograms => _histograms is null ? [] : _histograms.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        _histograms = null;
    }

    public void Add(long timestampMs, double value)
    {
        if (Count == _timestamps.Length)
        {
            Grow(Count + 1);
        }
        _timestamps[Count] = timestampMs;
        _values[Count] = value;
        Count++;
    }

    public void Add(long timestampMs, NativeHistogram histogram)
    {
        Add(timestampMs, double.NaN);
        _histograms ??= new NativeHistogram?[_timestamps.Length];
        _histograms[Count - 1] = histogram;
    }

    /// <summary>Makes room for rows and hands out their columns, for decoders that fill arrays at once. All rows are floats.</summary>
    public void Extend(int rows, out Span<long> timestamps, out Span<double> values)
    {
        Grow(Count + rows);
        timestamps = _timestamps.AsSpan(Count, rows);
        values = _values.AsSpan(Count, rows);
        Count += rows;
    }

    /// <summary>Takes back rows at the end, for decoders that extended by an upper bound.</summary>
    public void Truncate(int count)
    {
        // A float that is added later must not find the histogram that was in its row.
        _histograms?.AsSpan(count, Count - count).Clear();
        Count = count;
    }

    private void Grow(int needed)
    {
        if (needed <= _timestamps.Length)
        {
            return;
        }
        var size = Math.Max(needed, _timestamps.Length * 2);
        Array.Resize(ref _timestamps, size);
        Array.Resize(ref _values, size);
        if (_histograms is not null)
        {
            Array.Resize(ref _histograms, size);
        }
    }
}
