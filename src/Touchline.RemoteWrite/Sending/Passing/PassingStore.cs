using System.Collections.Concurrent;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Sending.Passing;

/// <summary>
/// A store that keeps nothing: what an agent collects goes through it to be sent. As a store that does, it gives references to series and
/// refuses what is out of order, because receivers would. Thread-safe.
/// </summary>
public sealed class PassingStore(TimeProvider time) : IMetricAppendable
{
    private readonly ConcurrentDictionary<Labels, PassingSeries> _byLabels = new();
    private readonly ConcurrentDictionary<ulong, PassingSeries> _byReference = new();
    private readonly long[] _counts = new long[Enum.GetValues<AppendStatus>().Length];
    private long _lastReference;

    /// <summary>Series that had samples lately.</summary>
    public int SeriesCount => _byLabels.Count;

    /// <summary>Samples that got this status since start.</summary>
    public long Count(AppendStatus status) => Interlocked.Read(ref _counts[(int)status]);

    public IAppender OpenAppender() => new PassingAppender(this, time);

    /// <summary>Forgets series without a sample since a time, ms since the Unix epoch.</summary>
    public void ForgetBefore(long timeMs)
    {
        foreach (var (labels, series) in _byLabels)
        {
            if (series.LatestMs < timeMs)
            {
                _byLabels.TryRemove(labels, out _);
                _byReference.TryRemove(series.Reference, out _);
            }
        }
    }

    internal PassingSeries? Find(SeriesRef reference) => _byReference.GetValueOrDefault(reference.Value);

    internal PassingSeries Get(Labels labels)
    {
        if (_byLabels.TryGetValue(labels, out var known))
        {
            return known;
        }
        var made = _byLabels.GetOrAdd(labels, static (l, store) => new PassingSeries((ulong)Interlocked.Increment(ref store._lastReference), l), this);
        _byReference[made.Reference] = made;
        return made;
    }

    internal AppendStatus CountIn(AppendStatus status)
    {
        Interlocked.Increment(ref _counts[(int)status]);
        return status;
    }
}
