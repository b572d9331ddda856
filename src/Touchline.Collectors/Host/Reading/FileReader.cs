namespace Touchline.Collectors.Host.Reading;

/// <summary>
/// Reads whole small files of /proc and /sys into one buffer that is kept. They claim to be empty, so reading goes on until nothing
/// more comes. Owned by one collector; what <see cref="Read"/> gives is valid until the next call.
/// </summary>
internal sealed class FileReader
{
    // /proc/stat of a machine with 512 processors is near 1 MB; anything beyond this is not what we came for.
    private const int MaxBytes = 16 * 1024 * 1024;

    private byte[] _buffer = new byte[8 * 1024];

    /// <exception cref="IOException">The file cannot be read, or is larger than any file of its kind.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public ReadOnlySpan<byte> Read(string path)
    {
        // Sharing for reading and writing, since anything else takes a lock on the file.
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                if (length >= MaxBytes)
                {
                    throw new IOException($"{path} is larger than {MaxBytes} bytes");
                }
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
            var read = RandomAccess.Read(handle, _buffer.AsSpan(length), length);
            if (read == 0)
            {
                return _buffer.AsSpan(0, length);
            }
            length += read;
        }
    }

    /// <summary>As <see cref="Read"/>, but false where the file is not there or refuses to be read, which is how /sys says "not known".</summary>
    public bool TryRead(string path, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!File.Exists(path))
        {
            return false;
        }
        try
        {
            content = Read(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
