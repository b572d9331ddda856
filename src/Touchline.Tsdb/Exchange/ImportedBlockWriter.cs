using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Exchange;

/// <summary>Writes one block of what is imported, without the samples that the directory has already.</summary>
internal sealed class ImportedBlockWriter(ImportTarget target, string directory, string ulid, long minTimeMs, long maxTimeMs) : IDisposable
{
    private readonly ExistingSamples _existing = new(target.Blocks, minTimeMs, maxTimeMs);
    private readonly bool _staged = directory != target.Layout.Blocks;
    private BlockWriter? _writer;

    public string Name => ulid;

    public long Samples { get; private set; }

    public long Duplicates => _existing.Duplicates;

    /// <summary>The times of the first and the last sample; meaningless while there is none.</summary>
    public long FirstTimeMs { get; private set; } = long.MaxValue;

    public long LastTimeMs { get; private set; } = long.MinValue;

    /// <summary>Adds a series; series come in the order of their labels, samples ascending and within the block's range.</summary>
    /// <param name="extras">What there is to keep beside them.</param>
    public void Add(Labels labels, SampleColumns rows, SeriesExtras? extras = null)
    {
        if (rows.Count == 0 || target.Refuses(labels))
        {
            return;
        }
        var added = _existing.Without(labels, rows);
        if (added.Count == 0)
        {
            return;
        }
        _writer ??= new BlockWriter(directory, ulid);
        _writer.Add(labels, added, extras);
        Samples += added.Count;
        FirstTimeMs = Math.Min(FirstTimeMs, added.Timestamps[0]);
        LastTimeMs = Math.Max(LastTimeMs, added.Timestamps[^1]);
    }

    /// <summary>Makes the block durable; false where nothing was added, and so there is none.</summary>
    public bool Finish()
    {
        if (_writer is null)
        {
            return false;
        }
        var isPartial = maxTimeMs > target.SettledUntilMs;
        var finished = _writer.Finish(minTimeMs, maxTimeMs, meta => meta with { Partial = isPartial });
        if (_staged)
        {
            target.AddStaged(finished);
        }
        else
        {
            target.Catalog.Add(finished);
        }
        return true;
    }

    public void Dispose() => _writer?.Dispose();
}
