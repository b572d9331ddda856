using Microsoft.Extensions.Logging;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Loading;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Reads back at start what is in a log directory when it is made: the newest whole checkpoint, then the segments from its number on. Segments
/// that are begun later are no concern of it.
/// </summary>
internal sealed class WalRecovery
{
    private readonly string _directory;
    private readonly WalReplay _replay;
    private readonly LoadProgress _progress;
    private readonly ILogger _logger;
    private readonly List<(int Number, string Path)> _segments;
    private readonly List<(int Number, string Path)> _checkpoints;
    private readonly List<string> _temporary;
    private readonly int _newest;
    private UnresolvedBatchHandler _unresolved = _ => { };
    private uint _record;

    /// <param name="directory">The log directory.</param>
    /// <param name="replay">Takes what is in the log.</param>
    /// <param name="progress">Told how much there is to read, and how much was read.</param>
    /// <param name="logger">Told of repairs.</param>
    public WalRecovery(string directory, WalReplay replay, LoadProgress progress, ILogger logger)
    {
        _directory = directory;
        _replay = replay;
        _progress = progress;
        _logger = logger;
        _segments = WalFormat.Numbered(directory, WalFormat.SegmentExtension);
        _checkpoints = WalFormat.Numbered(directory, WalFormat.CheckpointExtension);
        _temporary = [.. Directory.EnumerateFiles(directory, "*" + WalFormat.TemporaryExtension)];
        _newest = ReadNewest();
        LastNumber = _segments.Concat(_checkpoints).Select(file => file.Number).Append(_newest).Max();
    }

    /// <summary>What could not be read, each with file and reason.</summary>
    public List<string> Damage { get; } = [];

    /// <summary>What a crash left and was put right: nothing that had been promised is lost with it.</summary>
    public List<string> Repairs { get; } = [];

    /// <summary>The highest number of a file that was found.</summary>
    public int LastNumber { get; }

    /// <param name="unresolved">Takes the payload of each batch that was committed while an earlier log was being read back.</param>
    /// <param name="cancellationToken">Ends it between two records.</param>
    /// <exception cref="OperationCanceledException">It was given up; the next start begins anew.</exception>
    public void Run(UnresolvedBatchHandler unresolved, CancellationToken cancellationToken)
    {
        _unresolved = unresolved;
        foreach (var temporary in _temporary)
        {
            File.Delete(temporary);
            Repair($"{temporary}: a half-written file was removed");
        }
        var from = _checkpoints.Count > 0 ? _checkpoints[^1].Number : 0;
        _progress.Expect(
            _checkpoints.Where(file => file.Number == from).Concat(_segments.Where(file => file.Number >= from)).Sum(file => new FileInfo(file.Path).Length));
        using var workers = new ReplayWorkers(_replay, (path, e) => Unreadable(path, e));
        LoadCheckpoint(workers, cancellationToken);
        var expected = WalFormat.FirstExpected(from);
        foreach (var (number, path) in _segments)
        {
            if (number < from)
            {
                File.Delete(path); // The checkpoint replaces it; a crash came before it was deleted.
                continue;
            }
            if (number > expected)
            {
                Damage.Add($"{Path.Combine(_directory, WalFormat.SegmentName(expected))}: the log goes on at segment {number}, and what comes before it from here on is missing");
            }
            expected = number + 1;
            ReadRecords(path, workers, isLast: SegmentEnds.IsLastOfItsProcess(_segments, number), out _, cancellationToken);
        }
        if (NewestSegment.WhatIsMissing(_directory, _segments.Count > 0 ? _segments[^1].Number : 0, _newest) is { } missing)
        {
            Damage.Add($"{missing.Path}: {missing.Missing}; samples of the last hours are gone with it");
        }
        if (_replay.Orphans + workers.Orphans is > 0 and var orphans)
        {
            Damage.Add($"{_directory}: {orphans} samples belong to series whose labels were in a damaged part of the log");
        }
    }

    private int ReadNewest()
    {
        try
        {
            return NewestSegment.Read(_directory);
        }
        catch (CorruptDataException e)
        {
            Damage.Add($"{Path.Combine(_directory, NewestSegment.Name)}: {e.Message}; whether the last segments of the log are there is not known");
            return 0;
        }
    }

    /// <summary>Loads the newest checkpoint. A damaged one is still loaded as far as it goes: the segments it replaced are gone.</summary>
    private void LoadCheckpoint(ReplayWorkers workers, CancellationToken cancellationToken)
    {
        for (var i = _checkpoints.Count - 1; i >= 0; i--)
        {
            var path = _checkpoints[i].Path;
            if (i < _checkpoints.Count - 1)
            {
                File.Delete(path);
                continue;
            }
            ReadRecords(path, workers, isLast: false, out var whole, cancellationToken);
            if (!whole)
            {
                Damage.Add($"{path}: the checkpoint is not whole; what could be read of it is served");
            }
        }
    }

    private void ReadRecords(string path, ReplayWorkers workers, bool isLast, out bool ended, CancellationToken cancellationToken)
    {
        ended = false;
        if (isLast && new FileInfo(path).Length < WalFormat.FileHeaderLength)
        {
            // It keeps its place among the numbers. Where the disk is full, the next start does it.
            CompleteHeader(path);
            Repair($"{path}: a segment that had just been begun was completed");
            return;
        }
        if (new FileInfo(path).Length < WalFormat.FileHeaderLength)
        {
            Damage.Add($"{path}: it is shorter than its header");
            return;
        }
        using var file = new MappedFile(path);
        if (WalFormat.WrongHeader(file.Slice(0, WalFormat.FileHeaderLength), out var unknownVersion) is { } wrong)
        {
            Damage.Add($"{path}: {wrong}");
            // What records still hold their checksums behind a damaged header are worth reading; a version of the future is not.
            if (unknownVersion)
            {
                return;
            }
        }
        var reader = new WalFileReader(file);
        try
        {
            ended = ReadRecords(path, file, reader, workers, cancellationToken);
        }
        finally
        {
            // Before the file is closed that they read from.
            workers.Drain();
        }
        foreach (var (offset, length) in reader.Damaged)
        {
            Damage.Add($"{path}: {length} bytes at offset {offset} are damaged; the records behind them are served");
        }
        if (reader.TailStart < file.Length)
        {
            CutTail(path, reader.TailStart, file.Length, isLast);
        }
    }

    /// <summary>Answers whether the end record of a checkpoint was among them.</summary>
    private bool ReadRecords(string path, MappedFile file, WalFileReader reader, ReplayWorkers workers, CancellationToken cancellationToken)
    {
        var ended = false;
        var before = 0L;
        while (reader.Next(out var type, out var payload))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _progress.Advance(reader.Position - before);
            before = reader.Position;
            _replay.BeginRecord(++_record);
            try
            {
                ended |= type == WalRecordType.CheckpointEnd;
                if (type is WalRecordType.Batch or WalRecordType.BatchOfFirstForm)
                {
                    var rest = BatchRecord.ReadSeries(payload, _replay);
                    workers.Add(new LoggedRecord(
                        _record, file, path, reader.Position - payload.Length + rest, payload.Length - rest, type == WalRecordType.BatchOfFirstForm));
                    continue;
                }
                workers.Drain();
                Apply(type, payload);
                _replay.EndRecord();
            }
            catch (CorruptDataException e)
            {
                workers.Drain();
                Unreadable(path, e);
            }
        }
        return ended;
    }

    private void Unreadable(string path, CorruptDataException e) => Damage.Add($"{path}: a record cannot be read: {e.Message}");

    private void CompleteHeader(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
            file.Write(WalFormat.FileHeader());
            file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            _logger.LogDebug(e, "the header of {Path} cannot be written for now", path);
        }
    }

    private void Apply(WalRecordType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case WalRecordType.UnresolvedBatch:
                _unresolved(payload);
                break;
            case WalRecordType.SeriesChunks:
                Checkpoint.Read(payload, _replay);
                break;
            case WalRecordType.Deletion:
                DeletionRecord.Read(payload, _replay);
                break;
            case WalRecordType.Probe or WalRecordType.CheckpointEnd:
                break;
            default:
                throw new CorruptDataException($"record type {(byte)type} is unknown to this version");
        }
    }

    private void CutTail(string path, long start, long length, bool isLast)
    {
        if (!isLast)
        {
            // Only the last file was being written when the process ended, so this is no crash's doing.
            Damage.Add($"{path}: the last {length - start} bytes are damaged");
            return;
        }
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(handle, start);
        RandomAccess.FlushToDisk(handle);
        Repair($"{path}: {length - start} bytes of a record that was being written were cut off");
    }

    private void Repair(string what)
    {
        Repairs.Add(what);
        _logger.LogWarning("{Repair}", what);
    }
}

/// <summary>Takes the payload of an unresolved batch; valid during the call.</summary>
internal delegate void UnresolvedBatchHandler(ReadOnlySpan<byte> payload);
