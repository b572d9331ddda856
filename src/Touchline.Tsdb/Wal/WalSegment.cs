using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>The segment that is written to. A record is in the file whole, or the file ends where it would have begun.</summary>
internal sealed class WalSegment : IDisposable
{
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _handle;

    private WalSegment(string path, int number, Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        Path = path;
        Number = number;
        _handle = handle;
    }

    public string Path { get; }

    public int Number { get; }

    public long Length { get; private set; }

    /// <summary>Makes the file, its header and its name durable; leaves nothing behind where that fails.</summary>
    public static WalSegment Create(string directory, int number)
    {
        var path = System.IO.Path.Combine(directory, WalFormat.SegmentName(number));
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        var segment = new WalSegment(path, number, handle);
        try
        {
            segment.Write(WalFormat.FileHeader());
            segment.Sync();
            DurableFiles.SyncDirectory(directory);
            return segment;
        }
        catch (IOException)
        {
            segment.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Appends at the end.</summary>
    /// <exception cref="IOException">Not everything was written. <see cref="Length"/> is unchanged: call <see cref="Cut"/> before writing again.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, Length);
        Length += bytes.Length;
    }

    /// <summary>Cuts the file where the last whole record ends.</summary>
    public void Cut() => RandomAccess.SetLength(_handle, Length);

    /// <summary>Cuts bytes off the end that were written.</summary>
    public void CutTo(long length)
    {
        RandomAccess.SetLength(_handle, length);
        Length = length;
    }

    public void Sync() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
