using Touchline.Tsdb.Files;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Inspection;

/// <summary>Walks the write-ahead log and its checkpoints, checks every checksum and decodes every record.</summary>
internal sealed class LogVerification(string directory, bool isInUse, FindingList findings, List<string> notes)
{
    private readonly RecordVerification _records = new();

    public int Files { get; private set; }

    public long Records { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var temporary in Directory.EnumerateFiles(directory, "*" + WalFormat.TemporaryExtension))
        {
            notes.Add(isInUse ? $"{temporary} is being written" : $"{temporary} was left half written and is removed by the next start");
        }
        var checkpoints = WalFormat.Numbered(directory, WalFormat.CheckpointExtension);
        foreach (var (number, path) in checkpoints)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Verify(path, isLast: false) && number == checkpoints[^1].Number)
            {
                findings.Add(path, null, "the checkpoint has no end: it is not whole", "samples of the last hours that were in its missing part");
            }
        }
        var segments = WalFormat.Numbered(directory, WalFormat.SegmentExtension);
        foreach (var (number, path) in segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Verify(path, isLast: SegmentEnds.IsLastOfItsProcess(segments, number));
        }
        // Beside a server, a checkpoint may have taken the place of what was read before it.
        if (_records.Orphans > 0 && !isInUse)
        {
            findings.Add(
                directory, null, $"{_records.Orphans} samples belong to series whose labels are not before them in the log", "these samples: nobody knows whose they are");
        }
        if (!isInUse)
        {
            VerifyNumbers(checkpoints.Count > 0 ? checkpoints[^1].Number : 0, segments);
        }
        NoteOthers(checkpoints, segments);
        VerifyNewest(segments.Count > 0 ? segments[^1].Number : 0);
    }

    private void VerifyNumbers(int checkpoint, List<(int Number, string Path)> segments)
    {
        var expected = WalFormat.FirstExpected(checkpoint);
        foreach (var (number, _) in segments.Where(segment => segment.Number >= checkpoint))
        {
            if (number > expected)
            {
                findings.Add(
                    Path.Combine(directory, WalFormat.SegmentName(expected)), null, $"the log goes on at segment {number}, and what comes before it from here on is missing",
                    "the batches that were in it");
            }
            expected = number + 1;
        }
    }

    private void NoteOthers(IEnumerable<(int Number, string Path)> checkpoints, IEnumerable<(int Number, string Path)> segments)
    {
        var known = checkpoints.Concat(segments).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (!known.Contains(path) && name != NewestSegment.Name && !name.EndsWith(WalFormat.TemporaryExtension, StringComparison.Ordinal) && !isInUse)
            {
                notes.Add($"{path} is no file of the log and is not looked at");
            }
        }
    }

    private void VerifyNewest(int found)
    {
        try
        {
            if (NewestSegment.WhatIsMissing(directory, found, NewestSegment.Read(directory)) is { } missing && !isInUse)
            {
                findings.Add(missing.Path, null, missing.Missing, "samples of the last hours");
            }
        }
        catch (CorruptDataException e)
        {
            findings.Add(Path.Combine(directory, NewestSegment.Name), null, e.Message, "to be told where the last segments of the log are lost");
        }
    }

    /// <summary>False for a checkpoint without an end.</summary>
    private bool Verify(string path, bool isLast)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            return true; // A running server has replaced it meanwhile.
        }
        Files++;
        if (info.Length < WalFormat.FileHeaderLength)
        {
            if (isLast)
            {
                notes.Add($"{path} had just been begun; the next start completes it");
            }
            else
            {
                findings.Add(path, 0, "it is shorter than its header", "whatever was in it");
            }
            return false;
        }
        using var file = new MappedFile(path);
        if (WalFormat.WrongHeader(file.Slice(0, WalFormat.FileHeaderLength), out _) is { } wrong)
        {
            findings.Add(path, 0, wrong, "records that cannot be found behind a damaged header");
        }
        var reader = new WalFileReader(file);
        var ended = false;
        while (reader.Next(out var type, out var payload))
        {
            Records++;
            ended |= type == WalRecordType.CheckpointEnd;
            if (_records.ProblemOf(type, payload) is { } problem)
            {
                var offset = reader.Position - payload.Length - WalFormat.RecordHeaderLength;
                findings.Add(path, offset, problem, Enum.IsDefined(type) ? "what is behind it in its record" : "the record; a later version may read it");
            }
        }
        foreach (var (offset, length) in reader.Damaged)
        {
            findings.Add(path, offset, $"{length} bytes are damaged", "the batches that were in them; those behind are served");
        }
        if (reader.TailStart < file.Length)
        {
            NameTail(path, reader.TailStart, file.Length - reader.TailStart, isLast);
        }
        return ended;
    }

    private void NameTail(string path, long start, long length, bool isLast)
    {
        if (isLast)
        {
            notes.Add(isInUse
                ? $"{path}: a record of {length} bytes at offset {start} is being written"
                : $"{path}: {length} bytes at offset {start} are of a record that was being written when the process ended; the next start cuts them off");
        }
        else
        {
            findings.Add(path, start, $"the last {length} bytes are damaged", "the batches that were in them");
        }
    }
}
