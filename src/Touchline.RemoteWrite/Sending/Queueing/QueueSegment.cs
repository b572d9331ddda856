using Microsoft.Win32.SafeHandles;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>One file of the queue. Its length is that of whole records, which readers may read up to.</summary>
internal sealed class QueueSegment(int number, string path)
{
    private long _length;

    public int Number { get; } = number;

    public string Path { get; } = path;

    public long Length
    {
        get => Interlocked.Read(ref _length);
        set => Interlocked.Exchange(ref _length, value);
    }

    /// <summary>Samples of every kind in it, where this process wrote it.</summary>
    public long? Samples { get; set; }

    /// <exception cref="IOException">It cannot be opened.</exception>
    public SafeFileHandle OpenForReading() => File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
