using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// The file that says up to which segment a log goes, so that the loss of the last ones is noticed: those in between are missed by their numbers.
/// Format: docs/formats/wal.md, "Newest".
/// </summary>
internal static class NewestSegment
{
    public const string Name = "newest";

    private const uint Version = 1;

    private static readonly byte[] Magic = "TLWN"u8.ToArray();

    /// <exception cref="IOException">The disk does not take it; the file is as it was.</exception>
    public static void Write(string directory, int number)
    {
        var bytes = new ByteBuffer();
        SealedFile.Begin(bytes, Magic, Version);
        bytes.WriteVarint((ulong)number);
        SealedFile.End(bytes);
        DurableFiles.Replace(Path.Combine(directory, Name), bytes.Written);
    }

    /// <summary>The number; 0 where there is no such file, as in a snapshot.</summary>
    /// <exception cref="CorruptDataException">The file is damaged.</exception>
    public static int Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        return File.Exists(path) ? checked((int)new ByteReader(SealedFile.Body(File.ReadAllBytes(path), Magic, Version, "the newest segment")).ReadVarint()) : 0;
    }

    /// <summary>What is to be said of a log whose last segment is another; null where nothing is missing.</summary>
    /// <param name="directory">The log directory.</param>
    /// <param name="found">The highest number of a segment that is there, 0 where there is none.</param>
    /// <param name="newest">What the file says.</param>
    public static (string Path, string Missing)? WhatIsMissing(string directory, int found, int newest) => newest <= found
        ? null
        : (Path.Combine(directory, WalFormat.SegmentName(newest)),
            newest - found == 1 || found == 0 ? "this last segment of the log is missing" : $"the log is missing from segment {found + 1} to this one, its last");
}
