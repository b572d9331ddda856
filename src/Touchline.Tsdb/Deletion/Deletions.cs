using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Index;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Deletion;

/// <summary>
/// Deletes samples by matchers and time: from the head by writing its chunks anew and telling the log, from blocks by tombstones. Whoever
/// copies samples meanwhile (a block being cut or compacted) watches, and deletes the same from the copy before anyone sees it.
/// </summary>
internal sealed class Deletions(MetricHead head, BlockCatalog blocks, WriteAheadLog wal, Lock commits)
{
    /// <summary>How many series are deleted from while the commit lock is held: about a millisecond's worth.</summary>
    private const int SliceLength = 256;

    private readonly Lock _lock = new();
    private readonly List<DeletionWatch> _watches = [];

    /// <summary>Deletes the samples of the series that pass every matcher between the two times, both inclusive. Durable and visible on return.</summary>
    /// <exception cref="IOException">The disk does not take it: some of the series may have lost their samples, others not; repeat it.</exception>
    public void Delete(IReadOnlyList<LabelMatcher> matchers, TimeInterval interval, CancellationToken cancellationToken)
    {
        if (interval.MinTime > interval.MaxTime)
        {
            return;
        }
        lock (_lock)
        {
            DeleteFromHead(matchers, interval, cancellationToken);
            foreach (var block in blocks.Acquire(interval.MinTime, interval.MaxTime))
            {
                try
                {
                    DeleteFromBlock(block, matchers, interval, cancellationToken);
                }
                finally
                {
                    block.Release();
                }
            }
            foreach (var watch in _watches)
            {
                watch.Add(matchers, interval);
            }
        }
    }

    /// <summary>Begins to note what is deleted from now on, for a copy of samples that is being made; dispose it with the copy's publication.</summary>
    public DeletionWatch Watch()
    {
        lock (_lock)
        {
            var watch = new DeletionWatch(this);
            _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>Does something that no deletion may overlap.</summary>
    internal T Exclusively<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }

    internal void Forget(DeletionWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
        }
    }

    internal static void DeleteFromBlock(Block block, IReadOnlyList<LabelMatcher> matchers, TimeInterval interval, CancellationToken cancellationToken)
    {
        var chunks = new List<ChunkMeta>();
        var touched = new List<uint>();
        foreach (var series in SeriesSelection.Select(block.Index, matchers, cancellationToken))
        {
            chunks.Clear();
            block.Index.ChunksOf(series, interval.MinTime, interval.MaxTime, chunks);
            if (chunks.Count > 0)
            {
                touched.Add(series);
            }
        }
        block.Delete(touched, interval);
    }

    private void DeleteFromHead(IReadOnlyList<LabelMatcher> matchers, TimeInterval interval, CancellationToken cancellationToken)
    {
        var record = new ByteBuffer();
        var slice = new List<(uint Reference, TimeInterval Deleted)>();
        var references = SeriesSelection.Select(head.Index, matchers, cancellationToken);
        for (var next = 0; next < references.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            slice.Clear();
            lock (commits)
            {
                for (; next < references.Length && slice.Count < SliceLength; next++)
                {
                    if (head.Find(references[next]) is not { } series)
                    {
                        continue;
                    }
                    var late = head.OutOfOrder.NewestWithin(series.Reference, interval.MinTime, interval.MaxTime);
                    if (late is not null || series.HasSamples(interval.MinTime, interval.MaxTime))
                    {
                        // No further than there are samples: later ones were not there to be deleted.
                        var newest = Math.Max(series.LastTime, late ?? long.MinValue);
                        slice.Add((series.Reference, interval with { MaxTime = Math.Min(interval.MaxTime, newest) }));
                    }
                }
                if (slice.Count == 0)
                {
                    continue;
                }
                DeletionRecord.Write(record, slice);
                if (!wal.TryWrite(record.Written))
                {
                    throw new IOException(wal.Failure);
                }
                foreach (var (reference, deleted) in slice)
                {
                    head.Delete(head.Find(reference)!.Value, deleted);
                }
            }
        }
        if (!wal.Sync())
        {
            throw new IOException(wal.Failure);
        }
    }
}
