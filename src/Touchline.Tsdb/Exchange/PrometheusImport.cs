using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// Brings a data directory of Prometheus's into one of ours: its blocks, then what its log has beyond them. Each block is finished by itself and
/// noted, so that an interrupted import goes on where it was; what is damaged is named and the rest comes in.
/// </summary>
public sealed class PrometheusImport
{
    // A million of our chunks: what the index of a block being written takes stays within some hundred MB.
    private const long ChunksPerBlock = 8_000_000;

    private const long LongestBlockMs = 100L * 366 * 24 * 3_600_000;

    private readonly PrometheusImportOptions _options;
    private readonly Action<ExchangeProgress> _progress;
    private readonly DamageList _damage = new();
    private readonly List<string> _notes = [];
    private readonly ImportTally _tally = new();
    private readonly ImportTarget _target;
    private readonly ImportJournal _journal;
    private IReadOnlyDictionary<string, MetricMetadata> _metadata = new Dictionary<string, MetricMetadata>();

    private PrometheusImport(PrometheusImportOptions options, ImportTarget target, ImportJournal journal, Action<ExchangeProgress> progress)
    {
        _options = options;
        _target = target;
        _journal = journal;
        _progress = progress;
    }

    /// <summary>Imports, and answers what came of it.</summary>
    /// <param name="options">What and where to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told now and then, on the calling thread.</param>
    /// <param name="cancellationToken">Stops between two series; what is finished stays, and the next run goes on.</param>
    /// <exception cref="ExchangeException">It cannot run: the source is none, or a server holds the target.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written; what is finished stays, and the next run goes on.</exception>
    public static ImportReport Run(PrometheusImportOptions options, TimeProvider time, Action<ExchangeProgress> progress, CancellationToken cancellationToken)
    {
        var source = PrometheusSource.Open(options.Source, options.Target);
        var (report, metadata) = RunOnFiles(source, options, time, progress, cancellationToken);
        if (metadata.Count > 0)
        {
            MetadataImport.Run(options.Target, metadata, time);
            ImportJournal.Complete(options.Target, source.Root);
        }
        return report;
    }

    private static (ImportReport Report, IReadOnlyDictionary<string, MetricMetadata> Metadata) RunOnFiles(
        PrometheusSource source, PrometheusImportOptions options, TimeProvider time, Action<ExchangeProgress> progress, CancellationToken cancellationToken)
    {
        var damage = new DamageList();
        using var target = ImportTarget.Open(options.Target, time, damage);
        ImportJournal journal;
        try
        {
            journal = ImportJournal.Open(target.Layout.Root);
        }
        catch (CorruptDataException e)
        {
            throw new ExchangeException(e.Message, e);
        }
        var import = new PrometheusImport(options, target, journal, progress);
        foreach (var known in damage.ToList())
        {
            import._notes.Add($"the target is damaged: {known}");
        }
        return (import.Run(source, cancellationToken), import._metadata);
    }

    private ImportReport Run(PrometheusSource source, CancellationToken cancellationToken)
    {
        if (source.IsInUse)
        {
            _notes.Add($"a Prometheus is running on {source.Root}: what it collects from now on is not in this import; run it again once that one has stopped");
        }
        _tally.Total = source.Blocks.Sum(PrometheusSource.BytesOf) + source.LogBytes;
        var covered = new List<DeletedInterval>();
        var (read, known) = (0, 0);
        foreach (var directory in source.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = _tally.Done;
            switch (ImportBlock(directory, covered, cancellationToken))
            {
                case true:
                    read++;
                    break;
                case false:
                    known++;
                    break;
            }
            _tally.Done = before + PrometheusSource.BytesOf(directory);
        }
        var log = new PrometheusLogImport(source, _target, _journal, _tally, covered, _options.MemoryBytes, _damage, Report);
        log.Run(cancellationToken);
        _notes.AddRange(log.Notes);
        _metadata = log.Metadata;
        _progress(new ExchangeProgress("done", _tally.Total, _tally.Total, _tally.Samples));
        return new ImportReport
        {
            BlocksRead = read,
            BlocksKnown = known,
            BlocksWritten = _tally.Blocks,
            Samples = _tally.Samples,
            Duplicates = _tally.Duplicates,
            MinTimeMs = _tally.Samples > 0 ? _tally.FirstTimeMs : 0,
            MaxTimeMs = _tally.Samples > 0 ? _tally.LastTimeMs : 0,
            Damage = [.. _damage.ToList(), .. _target.Refused.ToList()],
            Notes = _notes,
        };
    }

    /// <summary>True where the block was read, false where it was in already, null where it is damaged as a whole.</summary>
    private bool? ImportBlock(string directory, List<DeletedInterval> covered, CancellationToken cancellationToken)
    {
        try
        {
            var meta = PrometheusBlock.ReadMeta(directory);
            var isKnown = _journal.HasBlock(meta.Ulid, meta.Compaction.Sources ?? []);
            if (!isKnown)
            {
                using var block = PrometheusBlock.Open(directory, _damage.Add);
                ImportBlock(block, cancellationToken);
            }
            if (!meta.IsOutOfOrder)
            {
                covered.Add(new DeletedInterval(meta.MinTime, meta.MaxTime - 1));
            }
            return !isKnown;
        }
        catch (CorruptDataException e)
        {
            _damage.Add($"{e.Message}; the block is left out");
            return null;
        }
    }

    private void ImportBlock(PrometheusBlock block, CancellationToken cancellationToken)
    {
        // Each piece is a window of two hours at least: a length that is no block's would make more of them than there is memory for.
        if (block.Meta.MaxTime <= block.Meta.MinTime || Math.Abs((decimal)block.Meta.MinTime) > SampleLimits.MaxAbsoluteTime
            || (decimal)block.Meta.MaxTime - block.Meta.MinTime > LongestBlockMs)
        {
            throw new CorruptDataException($"{Path.Combine(block.Directory, PrometheusFiles.Meta)}: its times {block.Meta.MinTime} to {block.Meta.MaxTime} are no range");
        }
        var entry = _journal[block.Meta.Ulid];
        if (entry.Pieces.Count == 0)
        {
            var pieces = (block.Meta.Stats.NumChunks / ChunksPerBlock) + 1;
            entry.Pieces.AddRange(ImportWindows.Of(block.Meta.MinTime, block.Meta.MaxTime, pieces, _target.SettledUntilMs)
                .Select(window => new ImportJournal.Piece(window.MinTime, window.MaxTime, _target.NewName())));
            _journal.Save();
        }
        var series = block.SeriesInOrder(cancellationToken);
        var start = _tally.Done;
        var bytes = PrometheusSource.BytesOf(block.Directory);
        var rows = new SampleColumns();
        for (var i = 0; i < entry.Pieces.Count; i++)
        {
            var piece = entry.Pieces[i];
            if (piece.Block.Length == 0 || _target.Holds(piece.Block))
            {
                continue;
            }
            using var writer = _target.Begin(piece.Block, piece.MinTimeMs, piece.MaxTimeMs);
            for (var at = 0; at < series.Length; at++)
            {
                if ((at & 255) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _tally.Done = start + (long)((i + ((double)at / series.Length)) * bytes / entry.Pieces.Count);
                    Report($"block {block.Meta.Ulid}", writer.Samples);
                }
                rows.Clear();
                block.Read(series[at], piece.MinTimeMs, piece.MaxTimeMs - 1, rows);
                writer.Add(block.LabelsOf(series[at]), rows);
            }
            if (!_tally.Finish(writer, piece.Block))
            {
                entry.Pieces[i] = piece with { Block = "" };
            }
        }
        entry.IsComplete = true;
        _journal.Save();
    }

    private void Report(string doing, long samplesOfOpenBlock) =>
        _progress(new ExchangeProgress(doing, _tally.Done, _tally.Total, _tally.Samples + samplesOfOpenBlock));
}
