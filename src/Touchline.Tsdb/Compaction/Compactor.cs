using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Deletion;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Compaction;

/// <summary>
/// Merges blocks into larger ones and writes blocks anew that lost much to deletions, one at a time on the caller's thread. A crash or a full
/// disk at any point costs the work, never data: sources go only after what replaces them is on disk under its name.
/// </summary>
internal sealed class Compactor(
    TsdbOptions options, TimeProvider time, BlockCatalog blocks, Deletions deletions, IBlockRewrite rewrite, Func<long> longestKeepMs, ILogger logger)
{
    /// <summary>As in Prometheus: a block is written anew once one series in twenty lost samples.</summary>
    private const double TombstonesWorthRewriting = 0.05;

    /// <summary>Series that are merged before the memory is given back that reading them took: all of a block's files would stay in it until the end.</summary>
    private const int SeriesBetweenForgetting = 8192;

    // A source that turned out to be damaged keeps what is left of it; it would fail again each time.
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);
    private readonly Lock _running = new();
    private long _compactions;

    /// <summary>How many blocks were written since start.</summary>
    public long Compactions => Interlocked.Read(ref _compactions);

    /// <summary>Whether blocks are being merged right now.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Does what there is to do, until there is no more.</summary>
    /// <exception cref="OperationCanceledException">It was given up half-way; nothing has changed but what was finished.</exception>
    public void Run(WorkThrottle throttle)
    {
        lock (_running)
        {
            IsRunning = true;
            try
            {
                while (Next() is { Count: > 0 } sources)
                {
                    Merge(sources, throttle);
                }
            }
            finally
            {
                IsRunning = false;
            }
        }
    }

    /// <summary>Writes every block anew that has tombstones, so that what was deleted is gone from the disk.</summary>
    public void CleanTombstones(WorkThrottle throttle)
    {
        lock (_running)
        {
            while (blocks.Blocks.FirstOrDefault(block => block.Tombstones.SeriesCount > 0 && !_damaged.Contains(block.Meta.Ulid)) is { } block)
            {
                Merge([block], throttle);
            }
        }
    }

    private IReadOnlyList<Block> Next()
    {
        List<Block> whole = [.. blocks.Blocks.Where(block => !_damaged.Contains(block.Meta.Ulid))];
        var plan = CompactionPlan.Next([.. whole.Select(block => block.Meta)], CompactionRanges.Of(options.BlockRangeMs, longestKeepMs()));
        if (plan.Count > 0)
        {
            return [.. whole.Where(block => plan.Contains(block.Meta))];
        }
        return whole.Find(IsDue) is { } due ? [due] : [];
    }

    private bool IsDue(Block block)
    {
        // Retention deletes blocks on another thread: without a reference their files could be gone while they are read.
        if (!block.TryAcquire())
        {
            return false;
        }
        try
        {
            return block.Tombstones.SeriesCount > TombstonesWorthRewriting * block.Meta.Series || rewrite.IsDue(block);
        }
        finally
        {
            block.Release();
        }
    }

    private void Merge(IReadOnlyList<Block> sources, WorkThrottle throttle)
    {
        var started = time.GetTimestamp();
        var held = sources.Where(block => block.TryAcquire()).ToList();
        try
        {
            if (held.Count < sources.Count)
            {
                return; // Retention was faster.
            }
            using var watch = deletions.Watch();
            var directory = Write(sources, throttle);
            if (!watch.Publish(apply => blocks.TryReplace(sources, directory, apply)))
            {
                return;
            }
            Interlocked.Increment(ref _compactions);
            logger.LogInformation(
                "{Count} blocks were compacted into {Block} in {Seconds:F1} s", sources.Count, directory is null ? "none" : Path.GetFileNameWithoutExtension(directory),
                time.GetElapsedTime(started).TotalSeconds);
        }
        catch (CorruptDataException e)
        {
            foreach (var source in sources)
            {
                _damaged.Add(source.Meta.Ulid);
            }
            logger.LogError("blocks {Blocks} stay as they are, because one of them is damaged: {Reason}", string.Join(", ", sources.Select(one => one.Meta.Ulid)), e.Message);
        }
        finally
        {
            held.ForEach(block => block.Release());
        }
    }

    /// <summary>Writes the block that replaces the sources, still without its name; null where nothing is left of them.</summary>
    private string? Write(IReadOnlyList<Block> sources, WorkThrottle throttle)
    {
        var described = Describe(sources);
        using var writer = new BlockWriter(blocks.Directory, Ulid.New(time.GetUtcNow()));
        var merge = new BlockMerge(sources);
        var rows = new SampleColumns();
        // A rewrite may hold series back, or make others of them.
        var extras = new Dictionary<Labels, SeriesExtras>();
        var rewriting = rewrite.Begin(
            described, (labels, samples) => writer.Add(labels, samples, extras.Remove(labels, out var found) ? found : null));
        var merged = 0;
        while (merge.Next(rows) is { } labels)
        {
            throttle.Breathe();
            if (++merged % SeriesBetweenForgetting == 0)
            {
                Forget(sources);
            }
            if (merge.Extras.IsEmpty)
            {
                rewriting.Add(labels, rows);
                continue;
            }
            var current = merge.Extras.Copy();
            extras.Add(labels, current);
            rewriting.Add(labels, rows);
            if (extras.Count > 1)
            {
                // At most one series is held back, so what is left of others went with their samples.
                extras.Clear();
                extras.Add(labels, current);
            }
        }
        Forget(sources);
        var resolution = rewriting.Finish();
        return writer.SeriesCount == 0 ? null : writer.Complete(described.MinTimeMs, described.MaxTimeMs, meta => meta with
        {
            CompactionLevel = described.CompactionLevel,
            Sources = described.Sources,
            Replaces = described.Replaces,
            Partial = described.Partial,
            ResolutionMs = resolution,
        });
    }

    private static void Forget(IReadOnlyList<Block> sources)
    {
        foreach (var source in sources)
        {
            source.Forget();
        }
    }

    private static BlockMeta Describe(IReadOnlyList<Block> sources)
    {
        var metas = sources.Select(source => source.Meta).ToList();
        return new BlockMeta
        {
            Ulid = "",
            MinTimeMs = metas.Min(meta => meta.MinTimeMs),
            MaxTimeMs = metas.Max(meta => meta.MaxTimeMs),
            Series = metas.Max(meta => meta.Series),
            Chunks = metas.Sum(meta => meta.Chunks),
            Samples = metas.Sum(meta => meta.Samples),
            ChunkBytes = metas.Sum(meta => meta.ChunkBytes),
            IndexBytes = metas.Sum(meta => meta.IndexBytes),
            // Writing one block anew makes it no larger range.
            CompactionLevel = metas.Max(meta => meta.CompactionLevel) + (metas.Count > 1 ? 1 : 0),
            Sources = [.. metas.SelectMany(meta => meta.Sources).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Replaces = [.. metas.Select(meta => meta.Ulid)],
            Partial = metas.TrueForAll(meta => meta.Partial),
            ResolutionMs = metas.Max(meta => meta.ResolutionMs),
        };
    }
}
