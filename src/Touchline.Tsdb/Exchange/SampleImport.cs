using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Storage;
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

    private readonly ImportTarget _target;
    private readonly long _memoryBytes;
    private readonly ImportTally _tally = new();
    private readonly Dictionary<Labels, SampleSpool> _spools = [];
    private Labels? _lastLabels;
    private SampleSpool? _lastSpool;
    private long _bytes;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    private SampleImport(ImportTarget target, long memoryBytes)
    {
        _target = target;
        _memoryBytes = memoryBytes;
    }

    /// <summary>Samples taken until now.</summary>
    public long Samples { get; private set; }

    /// <exception cref="ExchangeException">A server runs on the directory, or it cannot be written.</exception>
    public static SampleImport Open(SampleImportOptions options, TimeProvider time) =>
        new(ImportTarget.Open(options.Target, time, new DamageList()), options.MemoryBytes);

    /// <summary>Whether labels are such as the store takes: a metric name, and lengths within bounds.</summary>
    public static bool IsValid(Labels labels) => SampleLimits.AreValid(labels);

    /// <summary>Whether a time, in ms since the Unix epoch, is such as the store takes.</summary>
    public static bool IsValid(long timeMs) => timeMs is >= -SampleLimits.MaxAbsoluteTime and <= SampleLimits.MaxAbsoluteTime;

    /// <summary>Adds a sample of valid labels and time. Of two of one series and time, the first counts.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public void Add(Labels labels, long timeMs, double value)
    {
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
        _first = Math.Min(_first, timeMs);
        _last = Math.Max(_last, timeMs);
        Samples++;
        if (_bytes > _memoryBytes)
        {
            Flush();
        }
    }

    /// <summary>Makes everything that was added visible, and answers what came of it.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public ImportReport Finish()
    {
        Flush();
        _target.PublishStaged();
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
        var windows = ImportWindows.Of(
            BlockTimes.Start(_first, ImportTarget.HeadRangeMs), BlockTimes.End(_last, ImportTarget.HeadRangeMs), MaxOpenBlocks, _target.SettledUntilMs);
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
        (_lastLabels, _lastSpool) = (null, null);
        (_bytes, _first, _last) = (0, long.MaxValue, long.MinValue);
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
                    writers[window]!.Add(labels, part);
                }
            }
        }
    }
}
