namespace Touchline.RemoteWrite.Sending;

/// <summary>Files that are written beside themselves and then put in place, so that a reader finds the old or the new one whole.</summary>
internal static class SwappedFile
{
    /// <param name="path">The file.</param>
    /// <param name="write">Writes all of it.</param>
    /// <param name="isForced">Whether it is on disk when it is put in place.</param>
    /// <exception cref="IOException">The disk does not take it; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<Stream> write, bool isForced)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(file);
            file.Flush(isForced);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
