using System.Collections.Concurrent;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>The out-of-order samples of one block range, by series. Written under the commit lock only, read without one.</summary>
internal sealed class OutOfOrderRange(long start, long end)
{
    private readonly ConcurrentDictionary<uint, OutOfOrderSeries> _series = new();
    private long _bytes;
    private long _maxTime = long.MinValue;
    private bool _isFrozen;

    public long Start => start;

    /// <summary>The first time behind the range.</summary>
    public long End => end;

    /// <summary>The newest time of a sample that was added.</summary>
    public long MaxTime => Volatile.Read(ref _maxTime);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether it is being written to a block, so that new samples of these times go to another range object.</summary>
    public bool IsFrozen
    {
        get => Volatile.Read(ref _isFrozen);
        set => Volatile.Write(ref _isFrozen, value);
    }

    public ICollection<uint> References => _series.Keys;

    public OutOfOrderSeries? Find(uint reference) => _series.GetValueOrDefault(reference);

    /// <summary>Adds a sample at a time that is not there yet, in the commit of that number, before whose end the readers see nothing of it.</summary>
    public void Add(uint reference, long time, double value, Model.NativeHistogram? histogram, long commit, ReadOnlySpan<Head.CommitPin> readers)
    {
        var grown = 0L;
        if (!_series.TryGetValue(reference, out var series))
        {
            series = new OutOfOrderSeries();
            _series[reference] = series;
            grown = OutOfOrderSeries.Overhead;
        }
        grown += series.Add(time, value, histogram, commit, readers);
        Volatile.Write(ref _bytes, _bytes + grown);
        Volatile.Write(ref _maxTime, Math.Max(_maxTime, time));
    }

    public void Delete(uint reference, TimeInterval interval)
    {
        if (_series.TryGetValue(reference, out var series) && !series.Delete(interval))
        {
            _series.TryRemove(reference, out _);
        }
    }
}
