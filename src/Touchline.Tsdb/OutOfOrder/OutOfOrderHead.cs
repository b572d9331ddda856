using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>
/// Samples that came later than a newer one of their series, beside the head and not in it: series that keep their order pay nothing
/// for those that do not. One range object a block range, so that what becomes a block is handed over whole. Written under the commit
/// lock only, read without one.
/// </summary>
internal sealed class OutOfOrderHead(long blockRangeMs)
{
    /// <summary>Beyond this much memory further out-of-order samples are refused; flushing begins at a quarter of it.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    private readonly SampleColumns _found = new();
    private readonly ByteBuffer _payload = new();
    private OutOfOrderRange[] _ranges = [];
    private OutOfOrderRange[] _onlyInLog = [];

    /// <summary>By start, frozen ones before those that grow.</summary>
    public IReadOnlyList<OutOfOrderRange> Ranges => Volatile.Read(ref _ranges);

    public bool IsEmpty => Volatile.Read(ref _ranges).Length == 0;

    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var range in Volatile.Read(ref _ranges))
            {
                bytes += range.Bytes;
            }
            return bytes;
        }
    }

    /// <summary>
    /// What would become of a sample: refused where the series has one at that time, in order or out of it, or where there is no memory
    /// left. Under the commit lock.
    /// </summary>
    public AppendStatus Check(HeadSeries series, long time, double value, NativeHistogram? histogram)
    {
        _found.Clear();
        foreach (var chunk in series.ChunksWithin(time, time))
        {
            chunk.Read(time, time, _found);
        }
        foreach (var range in Ranges)
        {
            if (time >= range.Start && time < range.End)
            {
                range.Find(series.Reference)?.View().Read(time, time, _found);
            }
        }
        if (_found.Count == 0)
        {
            return Bytes < MaxBytes ? AppendStatus.Stored : AppendStatus.OutOfOrder;
        }
        var known = _found.HasHistograms ? _found.Histograms[0] : null;
        var isSame = histogram is null
            ? known is null && BitConverter.DoubleToUInt64Bits(value) == BitConverter.DoubleToUInt64Bits(_found.Values[0])
            : known is not null && FingerprintOf(histogram) == FingerprintOf(known);
        return isSame ? AppendStatus.Duplicate : AppendStatus.DuplicateTimestamp;
    }

    /// <summary>Adds a sample that <see cref="Check"/> found good; under the commit lock. Readers see it once that commit is visible.</summary>
    /// <param name="series">The series.</param>
    /// <param name="time">The sample's time, ms since the Unix epoch.</param>
    /// <param name="value">Its value, where it is a float.</param>
    /// <param name="histogram">Its value, where it is a histogram.</param>
    /// <param name="commit">The commit's number.</param>
    /// <param name="readers">Whom the past is kept for that the series forgets.</param>
    public void Add(
        HeadSeries series, long time, double value, NativeHistogram? histogram, long commit = 0, ReadOnlySpan<CommitPin> readers = default) =>
        Growing(BlockTimes.Start(time, blockRangeMs)).Add(series.Reference, time, value, histogram, commit, readers);

    /// <summary>Whether a series has any out-of-order sample, here or still in the log; such a series must not be forgotten.</summary>
    public bool Holds(uint reference)
    {
        foreach (var range in Ranges.Concat(_onlyInLog))
        {
            if (range.Find(reference) is not null)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What a series has between the times, both inclusive; null where it has nothing.</summary>
    public List<OutOfOrderView>? Within(uint reference, long minTime, long maxTime)
    {
        List<OutOfOrderView>? views = null;
        foreach (var range in Ranges)
        {
            if (range.Start <= maxTime && range.End > minTime && range.Find(reference) is { } series)
            {
                (views ??= []).Add(series.View());
            }
        }
        return views;
    }

    /// <summary>
    /// As <see cref="Within(uint, long, long)"/>, as it was after a reader's commit. Sets <paramref name="exact"/> to false where nobody can tell any more.
    /// </summary>
    public List<OutOfOrderView>? Within(uint reference, long minTime, long maxTime, CommitPin reader, ref bool exact)
    {
        List<OutOfOrderView>? views = null;
        foreach (var range in Ranges)
        {
            if (range.Start > maxTime || range.End <= minTime || range.Find(reference) is not { } series)
            {
                continue;
            }
            if (!series.TryView(reader.Commit, out var view) && !reader.TryViewOf(series, out view))
            {
                exact = false;
            }
            else if (!view.IsEmpty)
            {
                (views ??= []).Add(view);
            }
        }
        return views;
    }

    public bool Overlaps(long minTime, long maxTime)
    {
        foreach (var range in Ranges)
        {
            if (range.Start <= maxTime && range.End > minTime)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// The newest late sample's time of a series between the times, both inclusive; null where it has none there. One that is in a block by now counts
    /// as long as the log has it too: a start would read it back, so the log must be told that it is deleted. Under the commit lock.
    /// </summary>
    public long? NewestWithin(uint reference, long minTime, long maxTime)
    {
        long? newest = null;
        foreach (var range in Ranges.Concat(_onlyInLog))
        {
            if (range.Start <= maxTime && range.End > minTime && range.Find(reference) is { } series)
            {
                _found.Clear();
                series.View().Read(minTime, maxTime, _found);
                newest = _found.Count == 0 ? newest : Math.Max(newest ?? long.MinValue, _found.Timestamps[^1]);
            }
        }
        return newest;
    }

    /// <summary>Deletes the samples of a series within the interval; under the commit lock. Readers who have them already still see them.</summary>
    public void Delete(uint reference, TimeInterval interval)
    {
        foreach (var range in Ranges.Concat(_onlyInLog))
        {
            if (range.Start <= interval.MaxTime && range.End > interval.MinTime)
            {
                range.Delete(reference, interval);
            }
        }
    }

    /// <summary>Nothing is added any more to what there is of the times; under the commit lock. Answers what was frozen, in order of time.</summary>
    public List<OutOfOrderRange> Freeze(long fromTime, long beforeTime)
    {
        var frozen = new List<OutOfOrderRange>();
        foreach (var range in Ranges)
        {
            if (range.Start >= fromTime && range.End <= beforeTime)
            {
                range.IsFrozen = true;
                frozen.Add(range);
            }
        }
        return frozen;
    }

    /// <summary>Forgets what is in a block by now; under the commit lock.</summary>
    public void Drop(OutOfOrderRange range)
    {
        _onlyInLog = [.. _onlyInLog, range];
        Volatile.Write(ref _ranges, [.. _ranges.Where(other => other != range)]);
    }

    /// <summary>A checkpoint has taken the place of the log that held what was dropped; under the commit lock.</summary>
    public void LogIsShortened() => _onlyInLog = [];

    private OutOfOrderRange Growing(long start)
    {
        foreach (var range in _ranges)
        {
            if (range.Start == start && !range.IsFrozen)
            {
                return range;
            }
        }
        var begun = new OutOfOrderRange(start, start + blockRangeMs);
        Volatile.Write(ref _ranges, [.. _ranges.Append(begun).OrderBy(range => range.Start).ThenByDescending(range => range.IsFrozen)]);
        return begun;
    }

    private ulong FingerprintOf(NativeHistogram histogram)
    {
        _payload.Clear();
        HistogramCodec.Encode(histogram, _payload);
        return HeadSeries.FingerprintOf(_payload.Written);
    }
}
