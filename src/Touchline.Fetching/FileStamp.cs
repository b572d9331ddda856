namespace Touchline.Fetching;

/// <summary>What tells that a file changed without reading it. All zero where it cannot be looked at.</summary>
public readonly record struct FileStamp(long ModifiedTicks, long Length)
{
    public static FileStamp Of(string path)
    {
        try
        {
            // A link is followed: secrets and configuration are often mounted through links that are swapped.
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new FileStamp(target.LastWriteTimeUtc.Ticks, target.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
