using Microsoft.Extensions.Logging;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>Reads a log directory back at start: the newest whole checkpoint, then the segments from its number on.</summary>
internal sealed class WalRecovery(string directory, WalReplay replay, ILogger logger)
{
    /// <summary>What could not be read, each with file and reason.</summary>
    public List<string> Damage { get; } = [];

    /// <summary>What a crash left and was put right: nothing that had been promised is lost with it.</summary>
    public List<string> Repairs { get; } = [];

    /// <summary>The highest number of a file that was found.</summary>
    public int LastNumber { get; private set; }

    public void Run()
    {
        foreach (var temporary in Directory.EnumerateFiles(directory, "*" + WalFormat.TemporaryExtension))
        {
            File.Delete(temporary);
            Repair($"{temporary}: a half-written checkpoint was removed");
        }
        var from = LoadCheckpoint();
        var segments = WalFormat.Numbered(directory, WalFormat.SegmentExtension);
        foreach (var (number, path) in segments)
        {
            LastNumber = Math.Max(LastNumber, number);
            if (number < from)
            {
                File.Delete(path); // The checkpoint replaces it; a crash came before it was deleted.
                continue;
            }
            ReplaySegment(path, isLast: number == segments[^1].Number);
        }
        if (replay.Orphans > 0)
        {
            Damage.Add($"{directory}: {replay.Orphans} samples belong to series whose labels were in a damaged part of the log");
        }
    }

    /// <summary>Loads the newest checkpoint that is whole, and answers the number of the first segment behind it.</summary>
    private int LoadCheckpoint()
    {
        var checkpoints = WalFormat.Numbered(directory, WalFormat.CheckpointExtension);
        checkpoints.Reverse();
        var loaded = 0;
        foreach (var (number, path) in checkpoints)
        {
            LastNumber = Math.Max(LastNumber, number);
            if (loaded > 0)
            {
                File.Delete(path);
                continue;
            }
            // A damaged one is still loaded as far as it goes: the segments it replaced are gone.
            ReadRecords(path, isLast: false, out var whole);
            if (!whole)
            {
                Damage.Add($"{path}: the checkpoint is not whole; what could be read of it is served");
            }
            loaded = number;
        }
        return loaded;
    }

    private void ReplaySegment(string path, bool isLast) => ReadRecords(path, isLast, out _);

    private void ReadRecords(string path, bool isLast, out bool ended)
    {
        ended = false;
        if (isLast && new FileInfo(path).Length < WalFormat.FileHeaderLength)
        {
            File.Delete(path);
            Repair($"{path}: a segment that had just been begun was removed");
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
        while (reader.Next(out var type, out var payload))
        {
            try
            {
                ended |= type == WalRecordType.CheckpointEnd;
                Apply(type, payload);
            }
            catch (CorruptDataException e)
            {
                Damage.Add($"{path}: a record cannot be read: {e.Message}");
            }
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

    private void Apply(WalRecordType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case WalRecordType.Batch:
                BatchRecord.Read(payload, replay);
                break;
            case WalRecordType.SeriesChunks:
                Checkpoint.Read(payload, replay);
                break;
            case WalRecordType.Deletion:
                DeletionRecord.Read(payload, replay);
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
        logger.LogWarning("{Repair}", what);
    }
}
