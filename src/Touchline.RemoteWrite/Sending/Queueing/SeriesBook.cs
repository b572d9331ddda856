using System.Collections.Concurrent;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>
/// Finds the number that a series has in the queue, by the store's reference or by its labels. A store may give references that are good for one
/// batch only, so that the labels decide where they are known. Thread-safe.
/// </summary>
internal sealed class SeriesBook
{
    private readonly ConcurrentDictionary<ulong, QueuedSeries> _byReference = new();
    private readonly ConcurrentDictionary<Labels, QueuedSeries> _byLabels = new();
    private int _lastId;

    public int Count => _byLabels.Count;

    /// <summary>The series that a reference was noted for, null where it was not.</summary>
    public QueuedSeries? Find(SeriesRef reference) =>
        _byReference.TryGetValue(reference.Value, out var series) && !series.IsForgotten ? series : null;

    /// <summary>The series with these labels, noted for the reference too.</summary>
    public QueuedSeries Get(SeriesRef reference, Labels labels)
    {
        if (Find(reference) is { } known && (ReferenceEquals(known.Labels, labels) || known.Labels.Equals(labels)))
        {
            return known;
        }
        var series = _byLabels.GetOrAdd(labels, static (l, book) => new QueuedSeries((uint)Interlocked.Increment(ref book._lastId), l), this);
        if (!reference.IsNone)
        {
            _byReference[reference.Value] = series;
        }
        return series;
    }

    /// <summary>Forgets what no file from this number on has; under the queue's lock, so that none of them is being written.</summary>
    public void ForgetBefore(int segment)
    {
        foreach (var (labels, series) in _byLabels)
        {
            // What has no file yet belongs to a batch that is being filled.
            if (series.DefinedIn > 0 && series.DefinedIn < segment)
            {
                series.IsForgotten = true;
                _byLabels.TryRemove(labels, out _);
            }
        }
        foreach (var (reference, series) in _byReference)
        {
            if (series.IsForgotten)
            {
                _byReference.TryRemove(reference, out _);
            }
        }
    }
}
