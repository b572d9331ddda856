namespace Touchline.Tsdb.CrashWriter;

/// <summary>
/// What a power loss may leave of a log where a killed process leaves all of it: behind the last length that was forced to disk, the file
/// may be short, or hold zeros or what the disk held before.
/// </summary>
internal static class PowerLoss
{
    /// <summary>
    /// Whether a block or checkpoint was finished since that length was taken. The log was synced before it was, further than is known: then more is
    /// taken here than a disk would lose, and what is left of the last batches may be parts.
    /// </summary>
    public static bool TakesTooMuch(string directory, WriterProcess writer) =>
        Directory.EnumerateFiles(directory, "*.checkpoint", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(directory, "meta.json", SearchOption.AllDirectories))
            .Any(path => File.GetLastWriteTimeUtc(path) >= writer.Durable!.Value.Taken);

    /// <summary>False where nothing was written behind the last sync.</summary>
    public static bool Strike(string directory, WriterProcess writer, Random random)
    {
        if (writer.Durable is not { } durable)
        {
            return false;
        }
        var last = Directory.EnumerateFiles(Path.Combine(directory, "wal"), "*.wal").Max(StringComparer.Ordinal);
        if (last is null || Path.GetFileName(last) != durable.Segment || new FileInfo(last).Length <= durable.Length)
        {
            return false;
        }
        using var file = new FileStream(last, FileMode.Open);
        var from = random.NextInt64(durable.Length, file.Length);
        var lost = new byte[file.Length - from];
        switch (random.Next(3))
        {
            case 0:
                file.SetLength(from);
                return true;
            case 1:
                break;
            default:
                random.NextBytes(lost);
                break;
        }
        file.Position = from;
        file.Write(lost);
        return true;
    }
}
