using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// Brings in what a Prometheus had not cut to blocks yet. Its log is ordered by time and blocks by series, so it is walked once to see what there
/// is, and then once for each window of time that fits the memory.
/// </summary>
internal sealed class PrometheusLogImport(
    PrometheusSource source,
    ImportTarget target,
    ImportJournal journal,
    ImportTally tally,
    IReadOnlyList<DeletedInterval> covered,
    long memoryBytes,
    DamageList damage,
    Action<string, long> progress)
{
    private readonly LogSeries _series = new();
    private readonly List<string> _notes = [];

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Type, help and unit of metrics, as far as the log has them.</summary>
    public IReadOnlyDictionary<string, MetricMetadata> Metadata { get; private set; } = new Dictionary<string, MetricMetadata>();

    public void Run(CancellationToken cancellationToken)
    {
        if (source.Log.Count == 0)
        {
            return;
        }
        var entry = journal[source.Root];
        var state = source.LogState();
        if (entry.IsComplete && entry.State == state)
        {
            return;
        }
        var survey = new LogSurvey(_series, covered);
        Walk(source.Log, survey, 0, cancellationToken);
        Walk(source.OutOfOrderLog, survey, 0, cancellationToken);
        Metadata = survey.MetadataByName;
        if (survey.Orphans > 0)
        {
            damage.Add($"{source.Root}: {survey.Orphans} samples of the log are left out, because the labels of their series are in no record that can be read");
        }
        if (survey.CoveredExemplars > 0)
        {
            _notes.Add($"{survey.CoveredExemplars} exemplars of the log are left out: their times are in blocks, and Prometheus keeps no exemplars in those");
        }
        if (entry.State != state)
        {
            // The log has grown since, or an earlier import of it was stopped half-way: what is here already is found sample by sample.
            entry.State = state;
            entry.IsComplete = false;
            entry.Pieces = [.. survey.Windows(memoryBytes).Select(window => new ImportJournal.Piece(window.MinTime, window.MaxTime, target.NewName()))];
            journal.Save();
        }
        ImportWindows(entry, cancellationToken);
        // What the log knows of metrics is noted by the store, later: until it is, the log is read again.
        entry.IsComplete = Metadata.Count == 0;
        journal.Save();
    }

    private void ImportWindows(ImportJournal.Entry entry, CancellationToken cancellationToken)
    {
        var order = _series.InOrder();
        var start = tally.Done;
        var rows = new SampleColumns();
        for (var i = 0; i < entry.Pieces.Count; i++)
        {
            var piece = entry.Pieces[i];
            if (piece.Block.Length == 0 || target.Holds(piece.Block))
            {
                continue;
            }
            tally.Done = start + (source.LogBytes * i / entry.Pieces.Count);
            var window = new LogWindow(_series, covered, piece.MinTimeMs, piece.MaxTimeMs);
            var share = source.LogBytes / entry.Pieces.Count;
            Walk(source.Log, window, share, cancellationToken);
            window.OutOfOrder = true;
            Walk(source.OutOfOrderLog, window, 0, cancellationToken);
            using var writer = target.Begin(piece.Block, piece.MinTimeMs, piece.MaxTimeMs);
            foreach (var number in order)
            {
                if ((number & 255) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress("the log", writer.Samples);
                }
                window.Take(number, rows);
                writer.Add(_series[number], rows, window.ExtrasOf(number));
            }
            if (!tally.Finish(writer, piece.Block))
            {
                entry.Pieces[i] = piece with { Block = "" };
            }
        }
    }

    /// <summary>Tells a visitor everything that can be read of some files.</summary>
    private void Walk(IReadOnlyList<string> files, IPrometheusLogVisitor visitor, long share, CancellationToken cancellationToken)
    {
        var start = tally.Done;
        for (var i = 0; i < files.Count; i++)
        {
            try
            {
                WalkFile(files[i], visitor, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                damage.Add($"{files[i]}: {e.Message}");
            }
            tally.Done = start + (share * (i + 1) / files.Count);
            progress("the log", 0);
        }
    }

    private void WalkFile(string path, IPrometheusLogVisitor visitor, CancellationToken cancellationToken)
    {
        using var reader = new PrometheusWalReader(path, damage.Add);
        for (var records = 0; reader.Next(out var record); records++)
        {
            if ((records & 255) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            try
            {
                PrometheusLogRecord.Read(record, visitor);
            }
            catch (CorruptDataException e)
            {
                damage.Add($"{path}: {e.Message} (record before offset {reader.Position})");
            }
        }
    }
}
