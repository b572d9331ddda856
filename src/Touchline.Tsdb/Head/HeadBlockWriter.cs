using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.OutOfOrder;

namespace Touchline.Tsdb.Head;

/// <summary>Writes samples of the head as blocks, in the order of the series' labels, which is sorted out once for several blocks.</summary>
internal sealed class HeadBlockWriter
{
    private readonly MetricHead _head;
    private readonly Index.HeadIndex _index;
    private readonly uint[] _references;
    private readonly TimeProvider _time;

    public HeadBlockWriter(MetricHead head, TimeProvider time)
    {
        _head = head;
        _time = time;
        _index = head.Index;
        _references = _index.AllSeries();
        _references.AsSpan().Sort(_index.Compare);
    }

    /// <summary>Writes the samples of a range as one block, complete but for its name. Answers its directory; null where there are none.</summary>
    /// <param name="directory">Where blocks are.</param>
    /// <param name="start">The first time of the range.</param>
    /// <param name="end">The first time behind it.</param>
    /// <param name="late">The out-of-order samples that go along.</param>
    /// <param name="partial">Whether the range is not over.</param>
    /// <param name="cancellationToken">Gives it up between two series; nothing is left behind.</param>
    public string? Write(
        string directory, long start, long end, IReadOnlyList<OutOfOrderRange> late, bool partial, CancellationToken cancellationToken)
    {
        using var writer = new BlockWriter(directory, Ulid.New(_time.GetUtcNow()));
        var rows = new SampleColumns();
        var walk = new ChunkWalk();
        var known = new HeadExtras(_head, start, end);
        var extras = new SeriesExtras();
        foreach (var reference in _references)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_head.Find(reference) is not { } series)
            {
                continue;
            }
            rows.Clear();
            foreach (var chunk in walk.Within(series, start, end - 1))
            {
                chunk.Read(start, end - 1, rows);
            }
            OutOfOrderRows.MergeInto(rows, late, reference);
            // Late samples that came since the end was decided.
            while (rows.Count > 0 && rows.Timestamps[^1] >= end)
            {
                rows.Truncate(rows.Count - 1);
            }
            if (rows.Count > 0)
            {
                known.Fill(reference, extras);
                writer.Add(_index.LabelsOf(reference), rows, extras);
            }
        }
        return writer.SeriesCount > 0 ? writer.Complete(start, end, meta => meta with { Partial = partial }) : null;
    }

    /// <summary>Writes everything that the head holds, a block for each range, into a directory. Answers the blocks' directories.</summary>
    /// <param name="directory">Where blocks are.</param>
    /// <param name="newest">The last time of samples in order to be written.</param>
    /// <param name="cancellationToken">Gives it up between two series; blocks that were finished by then are removed.</param>
    public List<string> WriteAll(string directory, long newest, CancellationToken cancellationToken)
    {
        var written = new List<string>();
        var late = _head.OutOfOrder.Ranges;
        var oldest = _head.MinTime;
        foreach (var range in late)
        {
            oldest = Math.Min(oldest, range.Start);
            newest = Math.Max(newest, range.MaxTime);
        }
        if (oldest > newest)
        {
            return written;
        }
        try
        {
            for (var start = BlockTimes.Start(oldest, _head.BlockRangeMs); start <= newest; start += _head.BlockRangeMs)
            {
                var end = start + _head.BlockRangeMs;
                OutOfOrderRange[] within = [.. late.Where(range => range.Start == start)];
                // The block ends with its newest sample, so that it is seen to leave the rest of the range open.
                if (Write(directory, start, Math.Min(end, newest + 1), within, partial: true, cancellationToken) is { } block)
                {
                    written.Add(BlockFiles.GiveName(block));
                }
            }
        }
        catch
        {
            written.ForEach(BlockFiles.Remove);
            throw;
        }
        return written;
    }
}
