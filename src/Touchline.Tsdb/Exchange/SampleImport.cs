using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// Brings samples of any order and any age into a data directory that no server runs on. They are written to blocks beside the others whenever memory
/// is full, and become visible all at once at the end: input that turns out to be wrong half-way leaves nothing behind. Not thread-safe.
/// </summary>
public sealed class SampleImport : IDisposable
{
    private const int MaxOpenBlocks = 64; // Written side by side, so that each series is unpacked once.

    private const int ExemplarBytes = 250;
    private const int CreatedBytes = 40;

    private readonly ImportTarget _target;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly long _memoryBytes;
    private readonly Dictionary<string, MetricMetadata> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<Labels, ImportedExtras> _extras = [];
    private readonly ImportTally _tally = new();
    private readonly Dictionary<Labels, SampleSpool> _spools = [];
    private readonly SortedSet<long> _headRanges = []; // The starts of those with samples that the head might hold samples of too.
    private readonly long _settled;
    private Labels? _lastLabels;
    private SampleSpool? _lastSpool;
    private long _bytes;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _lastTime = long.MinValue; // Of the sample before.
    private long _lastHeadRange = long.MaxValue;

    private SampleImport(ImportTarget target, SampleImportOptions options, TimeProvider time)
    {
        _target = target;
        _time = time;
        _path = options.Target;
        _memoryBytes = options.MemoryBytes;
        _settled = BlockTimes.Start(target.SettledUntilMs, ImportTarget.HeadRangeMs);
    }

    /// <summary>Samples taken until now.</summary>
    public long Samples { get; private set; }

    /// <exception cref="ExchangeException">A server runs on the directory, or it cannot be written.</exception>
    public static SampleImport Open(SampleImportOptions options, TimeProvider time) =>
        new(ImportTarget.Open(options.Target, time, new DamageList()), options, time);

    /// <summary>Whether labels are such as the store takes: a metric name, and lengths within bounds.</summary>
    public static bool IsValid(Labels labels) => SampleLimits.AreValid(labels);

    /// <summary>Whether a time, in ms since the Unix epoch, has a date: text with milliseconds where seconds belong does not get far.</summary>
    public static bool IsValid(long timeMs) => timeMs >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && timeMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Adds a sample of valid labels and time. Of two of one series and time, the first counts.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public void Add(Labels labels, long timeMs, double value)
    {
        // Before a sample and not behind it, so that what comes beside the sample before goes to its block; between two times where there is room for it,
        // because created timestamps come behind all samples of a point.
        if (_bytes > _memoryBytes || (_bytes > _memoryBytes - (_memoryBytes / 8) && timeMs != _lastTime))
        {
            Flush();
        }
        if (!ReferenceEquals(labels, _lastLabels))
        {
            ref var spool = ref CollectionsMarshal.GetValueRefOrAddDefault(_spools, labels, out var exists);
            if (!exists)
            {
                spool = new SampleSpool();
                _bytes += SampleSpool.OverheadBytes + (labels.Count * 64);
            }
            (_lastLabels, _lastSpool) = (labels, spool);
        }
        _bytes -= _lastSpool!.Bytes;
        _lastSpool.Append(timeMs, value);
        _bytes += _lastSpool.Bytes;
        if (timeMs >= _settled && (timeMs < _lastHeadRange || timeMs >= _lastHeadRange + ImportTarget.HeadRangeMs))
        {
            _lastHeadRange = BlockTimes.Start(timeMs, ImportTarget.HeadRangeMs);
            _headRanges.Add(_lastHeadRange);
        }
        _first = Math.Min(_first, timeMs);
        _last = Math.Max(_last, timeMs);
        _lastTime = timeMs;
        Samples++;
    }

    /// <summary>Adds an exemplar of valid time to a series that has a sample of about that time. One that is there already counts once.</summary>
    public void AddExemplar(Labels labels, Exemplar exemplar)
    {
        ExtrasOf(labels).Exemplars.Add(exemplar);
        _bytes += ExemplarBytes;
    }

    /// <summary>Adds since when, in ms since the Unix epoch, a series counts that has a sample at a time.</summary>
    public void AddCreated(Labels labels, long timeMs, long createdMs)
    {
        ExtrasOf(labels).Created.Add((timeMs, createdMs));
        _bytes += CreatedBytes;
    }

    /// <summary>Sets type, help and unit of a metric. What the directory knows already stays.</summary>
    public void SetMetadata(string metric, MetricMetadata metadata) => _metadata[metric] = metadata;

    /// <summary>Makes everything that was added visible, and answers what came of it.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; nothing is visible.</exception>
    /// <exception cref="ExchangeException">The same, where some of it is visible already.</exception>
    public ImportReport Finish()
    {
        Flush();
        try
        {
            _target.PublishStaged();
            _target.Dispose(); // Metadata is noted by the store, which wants the directory for itself.
            MetadataImport.Run(_path, _metadata, _time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException($"{e.Message}; the import is not complete: repeat it once that is mended, nothing is stored twice", e);
        }
        return new ImportReport
        {
            BlocksWritten = _tally.Blocks,
            Samples = _tally.Samples,
            Duplicates = _tally.Duplicates,
            MinTimeMs = _tally.Samples > 0 ? _tally.FirstTimeMs : 0,
            MaxTimeMs = _tally.Samples > 0 ? _tally.LastTimeMs : 0,
        };
    }

    public void Dispose() => _target.Dispose();

    private void Flush()
    {
        if (_spools.Count == 0)
        {
            return;
        }
        var windows = Windows();
        var writers = new ImportedBlockWriter?[windows.Count];
        try
        {
            Write(windows, writers);
            foreach (var writer in writers)
            {
                if (writer is not null)
                {
                    _tally.Finish(writer, writer.Name);
                }
            }
        }
        finally
        {
            foreach (var writer in writers)
            {
                writer?.Dispose();
            }
        }
        _spools.Clear();
        _extras.Clear();
        _headRanges.Clear();
        (_lastLabels, _lastSpool) = (null, null);
        (_bytes, _first, _last, _lastHeadRange) = (0, long.MaxValue, long.MinValue, long.MaxValue);
    }

    /// <summary>Few of what is settled, as they come; behind it those that have samples, however far ahead these are.</summary>
    private List<(long MinTime, long MaxTime)> Windows()
    {
        var range = ImportTarget.HeadRangeMs;
        var windows = _first >= _settled
            ? []
            : ImportWindows.Of(BlockTimes.Start(_first, range), Math.Min(_settled, BlockTimes.End(_last, range)), MaxOpenBlocks, _settled);
        windows.AddRange(_headRanges.Select(start => (start, start + range)));
        return windows;
    }

    private void Write(List<(long MinTime, long MaxTime)> windows, ImportedBlockWriter?[] writers)
    {
        var rows = new SampleColumns();
        var part = new SampleColumns();
        foreach (var labels in _spools.Keys.Order())
        {
            rows.Clear();
            _spools[labels].Read(rows);
            var row = 0;
            for (var window = 0; window < windows.Count && row < rows.Count; window++)
            {
                part.Clear();
                for (; row < rows.Count && rows.Timestamps[row] < windows[window].MaxTime; row++)
                {
                    part.AddRow(rows, row);
                }
                if (part.Count > 0)
                {
                    writers[window] ??= _target.BeginStaged(windows[window].MinTime, windows[window].MaxTime);
                    writers[window]!.Add(labels, part, ExtrasOf(labels, windows[window].MinTime, windows[window].MaxTime));
                }
            }
        }
    }

    private ImportedExtras ExtrasOf(Labels labels)
    {
        ref var extras = ref CollectionsMarshal.GetValueRefOrAddDefault(_extras, labels, out var exists);
        return exists ? extras! : extras = new ImportedExtras();
    }

    private SeriesExtras? ExtrasOf(Labels labels, long minTime, long maxTime)
    {
        if (!_extras.TryGetValue(labels, out var all))
        {
            return null;
        }
        var extras = new SeriesExtras();
        extras.AddExemplars(all.Exemplars.Where(exemplar => exemplar.TimestampMs >= minTime && exemplar.TimestampMs < maxTime));
        foreach (var (time, created) in all.Created)
        {
            if (time >= minTime && time < maxTime)
            {
                extras.AddCreated(created);
            }
        }
        return extras;
    }

    /// <summary>What came with the samples of a series.</summary>
    private sealed class ImportedExtras
    {
        public List<Exemplar> Exemplars { get; } = [];

        /// <summary>Times of samples, and since when they counted.</summary>
        public List<(long TimeMs, long CreatedMs)> Created { get; } = [];
    }
}
