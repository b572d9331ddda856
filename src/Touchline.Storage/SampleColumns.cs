using System.Buffers;
using Touchline.Model;

namespace Touchline.Storage;

/// <summary>
/// Decoded samples as columns: times in ms since the Unix epoch, ascending, beside their values. Grows as needed and is reused from
/// series to series. A row with a histogram has NaN in <see cref="Values"/>. A row that stands for an aggregate of several samples has
/// their number in <see cref="Counts"/>, where the reading asks for it. Not thread-safe.
/// </summary>
/// <param name="meter">Told of all that the columns hold until they are cleared; what it throws leaves them as they were.</param>
public sealed class SampleColumns(ISampleMeter? meter = null)
{
    /// <summary>Columns beyond it grow by a quarter, as twice of a large one would be much more than is needed; and they are let go when they are cleared.</summary>
    private const int LargeRows = 1 << 20;

    private const int InitialRows = 32;

    /// <summary>What does not fit into the first rows is a chunk or more: that room comes from a pool, so that it is neither made nor cleared for each query.</summary>
    private const int PooledRows = 1024;

    private long[] _timestamps = new long[InitialRows];
    private double[] _values = new double[InitialRows];
    private NativeHistogram?[]? _histograms;
    private long[]? _counts;
    private AggregateSpans _aggregates;
    private int _room = meter is null ? InitialRows : 0; // Rows that there is memory for, and that the meter knows of.
    private long _histogramSamples; // What the meter knows of histograms, beyond a sample for each row.

    public int Count { get; private set; }

    /// <summary>How many chunks were decoded into the columns since they were cleared.</summary>
    public int Chunks { get; private set; }

    public ReadOnlySpan<long> Timestamps => _timestamps.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>Whether any row is a histogram.</summary>
    public bool HasHistograms => _histograms is not null;

    /// <summary>One entry a row, null for floats; empty where no row is a histogram.</summary>
    public ReadOnlySpan<NativeHistogram?> Histograms => _histograms is null ? [] : _histograms.AsSpan(0, Count);

    /// <summary>How many samples each row stands for; empty where each is one sample.</summary>
    public ReadOnlySpan<long> Counts => _counts is null ? [] : _counts.AsSpan(0, Count);

    /// <summary>Whether any row is an aggregate.</summary>
    public bool HasAggregates => !_aggregates.IsEmpty;

    /// <summary>Empty columns that the same meter is told of, for what is held for a moment while these are filled; clear them behind it.</summary>
    public SampleColumns Beside() => new(meter);

    public void Clear()
    {
        Count = 0;
        _histograms = null;
        _counts = null;
        _aggregates = default;
        if (meter is not null)
        {
            if (Chunks > 0)
            {
                meter.CountChunks(Chunks);
            }
            meter.Release(_room + _histogramSamples);
            (_room, _histogramSamples) = (0, 0);
        }
        Chunks = 0;
        if (_timestamps.Length > LargeRows)
        {
            LetGo();
        }
    }

    /// <summary>Clears the columns and gives large arrays back to those who need some next; they can be filled again.</summary>
    public void GiveBack()
    {
        Clear();
        LetGo();
    }

    /// <summary>
    /// Notes that samples up to a time were replaced by aggregates over windows of a resolution: (k × resolution, (k + 1) × resolution], each at the
    /// time of its last sample.
    /// </summary>
    public void NoteAggregates(long throughMs, long resolutionMs) => _aggregates.Add(throughMs, resolutionMs);

    /// <summary>The resolution of the aggregates at a time (ms), 0 where samples are kept; the coarsest where there are several.</summary>
    public long ResolutionAt(long timeMs) => _aggregates.At(timeMs);

    public void Add(long timestampMs, double value)
    {
        if (Count == _room)
        {
            // A few rows ahead, so that one after the other seldom asks.
            MakeRoom(Count + 1 + Count / 8);
        }
        _timestamps[Count] = timestampMs;
        _values[Count] = value;
        if (_counts is not null)
        {
            _counts[Count] = 1;
        }
        Count++;
    }

    /// <summary>Adds a row that stands for <paramref name="count"/> samples; 0 where they are counted in another row.</summary>
    public void Add(long timestampMs, double value, long count)
    {
        Add(timestampMs, value);
        CountLast(count);
    }

    public void Add(long timestampMs, NativeHistogram histogram)
    {
        if (meter is not null)
        {
            var more = histogram.SampleSize - 1;
            meter.Reserve(more);
            _histogramSamples += more;
        }
        Add(timestampMs, double.NaN);
        _histograms ??= new NativeHistogram?[_timestamps.Length];
        _histograms[Count - 1] = histogram;
    }

    /// <summary>Adds a row that stands for <paramref name="count"/> samples; 0 where they are counted in another row.</summary>
    public void Add(long timestampMs, NativeHistogram histogram, long count)
    {
        Add(timestampMs, histogram);
        CountLast(count);
    }

    /// <summary>Puts a histogram that is not larger in the place of one.</summary>
    public void Replace(int row, NativeHistogram histogram)
    {
        if (meter is not null)
        {
            var less = _histograms![row]!.SampleSize - histogram.SampleSize;
            meter.Release(less);
            _histogramSamples -= less;
        }
        _histograms![row] = histogram;
    }

    public void CountChunks(int chunks) => Chunks += chunks;

    /// <summary>Adds rows and hands out their columns, for decoders that fill arrays at once. All rows are floats.</summary>
    public void Extend(int rows, out Span<long> timestamps, out Span<double> values)
    {
        Room(rows, out timestamps, out values);
        Added(rows);
    }

    /// <summary>
    /// Hands out room behind the rows, for decoders that know how many rows they add when they have filled them; those are then
    /// <see cref="Added"/>. Room for a chunk or two: a meter learns of it when it is filled.
    /// </summary>
    public void Room(int rows, out Span<long> timestamps, out Span<double> values)
    {
        Grow(Count + rows);
        timestamps = _timestamps.AsSpan(Count, rows);
        values = _values.AsSpan(Count, rows);
    }

    /// <summary>Adds the first rows of the <see cref="Room"/> that was handed out last. All are floats.</summary>
    public void Added(int rows)
    {
        if (_room - Count < rows)
        {
            MakeRoom(Count + rows);
        }
        _counts?.AsSpan(Count, rows).Fill(1);
        Count += rows;
    }

    /// <summary>Takes back rows at the end.</summary>
    public void Truncate(int count)
    {
        if (_histograms is not null)
        {
            // A float that is added later must not find the histogram that was in its row.
            var removed = _histograms.AsSpan(count, Count - count);
            ReleaseHistograms(removed);
            removed.Clear();
        }
        Count = count;
    }

    private void ReleaseHistograms(ReadOnlySpan<NativeHistogram?> removed)
    {
        if (meter is null)
        {
            return;
        }
        var samples = 0L;
        foreach (var histogram in removed)
        {
            samples += (histogram?.SampleSize ?? 1) - 1;
        }
        meter.Release(samples);
        _histogramSamples -= samples;
    }

    private void CountLast(long count)
    {
        if (_counts is null)
        {
            if (count == 1)
            {
                return;
            }
            _counts = new long[_timestamps.Length];
            _counts.AsSpan(0, Count).Fill(1);
        }
        _counts[Count - 1] = count;
    }

    private void LetGo()
    {
        Return(_timestamps);
        Return(_values);
        _timestamps = new long[InitialRows];
        _values = new double[InitialRows];
        _room = Math.Min(_room, InitialRows);
    }

    private void Resize<T>(ref T[] array, int size)
    {
        var resized = ArrayPool<T>.Shared.Rent(Math.Max(size, PooledRows));
        array.AsSpan(0, Count).CopyTo(resized);
        Return(array);
        array = resized;
    }

    private static void Return<T>(T[] array)
    {
        if (array.Length >= PooledRows)
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }

    private void MakeRoom(int rows)
    {
        meter?.Reserve(rows - _room);
        Grow(rows);
        _room = meter is null ? _timestamps.Length : rows;
    }

    private void Grow(int needed)
    {
        if (needed <= _timestamps.Length)
        {
            return;
        }
        var size = Math.Max(needed, _timestamps.Length + (_timestamps.Length < LargeRows ? _timestamps.Length : _timestamps.Length / 4));
        Resize(ref _timestamps, size);
        Resize(ref _values, size);
        size = _timestamps.Length;
        if (_histograms is not null)
        {
            Array.Resize(ref _histograms, size);
        }
        if (_counts is not null)
        {
            Array.Resize(ref _counts, size);
        }
    }
}
