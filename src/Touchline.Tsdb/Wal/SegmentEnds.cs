namespace Touchline.Tsdb.Wal;

/// <summary>Which segments may have a torn end, because the process that wrote them may have ended in the middle of a record.</summary>
internal static class SegmentEnds
{
    /// <summary>
    /// Whether the segment was being written when its process ended: it is the last, or a process began with the next (and was ended itself before
    /// it had repaired this one).
    /// </summary>
    /// <param name="segments">All segments, rising.</param>
    /// <param name="number">The number of one of them.</param>
    public static bool IsLastOfItsProcess(List<(int Number, string Path)> segments, int number)
    {
        var next = segments.FindIndex(segment => segment.Number == number) + 1;
        return next == segments.Count || IsFirstOfItsProcess(segments[next].Path);
    }

    /// <summary>
    /// Whether it begins with the empty probe of a process that starts, or has no record yet: that process was ended before it had written one.
    /// A process that only goes on to its next segment has forced the one before to disk by then, and leaves no torn end in it.
    /// </summary>
    private static bool IsFirstOfItsProcess(string path)
    {
        Span<byte> first = stackalloc byte[WalFormat.RecordHeaderLength];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = WalFormat.FileHeaderLength;
            return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) < first.Length || WalFormat.IsEmptyProbe(first);
        }
        catch (FileNotFoundException)
        {
            return true; // A running server has put a checkpoint in the place of both.
        }
    }
}
