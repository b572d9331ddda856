using System.Buffers.Binary;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Inspection;

/// <summary>
/// Reads the files that closed chunks of the head lie in. They are no part of what is kept, as the log holds the same samples; but a running server answers
/// from them, so that damage is worth knowing. Format: <see cref="ChunkArchive"/>.
/// </summary>
internal sealed class HeadFileVerification(string directory, bool isInUse, FindingList findings, List<string> notes)
{
    private const string Cost = "the chunks in it, and those before them of their series, until the next start reads them back from the log";
    private const int ChecksumFrom = 8;
    private const int Alignment = 8;

    private readonly SampleColumns _rows = new();

    public long Chunks { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var path in Directory.GetFiles(directory, "*" + ChunkArchive.FileExtension).Order(StringComparer.Ordinal))
        {
            try
            {
                using var file = new MappedFile(path);
                Verify(file, path, cancellationToken);
            }
            catch (FileNotFoundException)
            {
                notes.Add($"{path} was deleted meanwhile, as its chunks are in a block now");
            }
        }
    }

    private void Verify(MappedFile file, string path, CancellationToken cancellationToken)
    {
        var end = EndOfData(file);
        var damagedFrom = -1L;
        for (var at = 0L; at < end && at + ChunkArchive.HeaderLength <= file.Length;)
        {
            if ((at & 0xffff) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (!TryLength(file, at, out var length))
            {
                damagedFrom = damagedFrom < 0 ? at : damagedFrom;
                at += Alignment;
                continue;
            }
            NameDamage(path, damagedFrom, at);
            damagedFrom = -1;
            VerifyChunk(file, path, at, length);
            Chunks++;
            at += (ChunkArchive.HeaderLength + length + Alignment - 1) & ~(Alignment - 1);
        }
        if (isInUse && damagedFrom >= 0)
        {
            notes.Add($"{path}: chunks at offset {damagedFrom} are being written");
            return;
        }
        NameDamage(path, damagedFrom, end);
    }

    /// <summary>The files are as long as they can get from the beginning: what was not written yet is zero.</summary>
    private static long EndOfData(MappedFile file)
    {
        const int Step = 1 << 20;
        for (var end = file.Length; end > 0; end -= Math.Min(Step, end))
        {
            var length = (int)Math.Min(Step, end);
            var last = file.Slice(end - length, length).LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
            {
                return end - length + last + 1;
            }
        }
        return 0;
    }

    /// <summary>Whether a whole chunk begins there.</summary>
    private static bool TryLength(MappedFile file, long at, out int length)
    {
        var header = file.Slice(at, ChunkArchive.HeaderLength);
        length = BinaryPrimitives.ReadInt32LittleEndian(header[32..]);
        return length > 0 && at + ChunkArchive.HeaderLength + length <= file.Length && header[38] <= (byte)ChunkKind.Histogram
            && BinaryPrimitives.ReadUInt16LittleEndian(header[36..]) is > 0 and <= HeadChunk.MaxSamples
            && Crc32C.Of(file.Slice(at + ChecksumFrom, ChunkArchive.HeaderLength - ChecksumFrom + length)) == BinaryPrimitives.ReadUInt32LittleEndian(header);
    }

    private void VerifyChunk(MappedFile file, string path, long at, int length)
    {
        var header = file.Slice(at, ChunkArchive.HeaderLength);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[36..]);
        string? problem;
        try
        {
            _rows.Clear();
            HeadCodec.Decode(file.Slice(at + ChunkArchive.HeaderLength, length), count, (ChunkKind)header[38], long.MinValue, long.MaxValue, _rows);
            problem = HeadChunkCheck.ProblemOf(
                _rows, BinaryPrimitives.ReadInt64LittleEndian(header[16..]), BinaryPrimitives.ReadInt64LittleEndian(header[24..]), count);
        }
        catch (CorruptDataException e)
        {
            problem = e.Message;
        }
        if (problem is not null)
        {
            findings.Add(path, at, problem, Cost);
        }
    }

    private void NameDamage(string path, long from, long to)
    {
        if (from >= 0)
        {
            findings.Add(path, from, $"{to - from} bytes are no chunk, or a damaged one", Cost);
        }
    }
}
