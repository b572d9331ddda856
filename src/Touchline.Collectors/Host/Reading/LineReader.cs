namespace Touchline.Collectors.Host.Reading;

/// <summary>Takes a line without its end.</summary>
internal delegate void LineTaker(ReadOnlySpan<byte> line);

/// <summary>
/// Reads files of /proc that have a line for each socket, and so may have millions: line by line, through a buffer that is kept. Owned
/// by one collector.
/// </summary>
internal sealed class LineReader
{
    // No line of these files is longer than some hundred bytes.
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Hands on every line; false where the file is not there.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">A line is longer than the buffer.</exception>
    public bool TryRead(string path, LineTaker take)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (kept, position) = (0, 0L);
        while (true)
        {
            if (kept == _buffer.Length)
            {
                throw new FormatException($"{path} has a line of more than {kept} bytes");
            }
            var read = RandomAccess.Read(handle, _buffer.AsSpan(kept), position);
            if (read == 0)
            {
                break;
            }
            position += read;
            kept = TakeLines(_buffer.AsSpan(0, kept + read), take);
        }
        if (kept > 0)
        {
            take(_buffer.AsSpan(0, kept));
        }
        return true;
    }

    /// <summary>Hands on whole lines, and moves the rest to the start; its length.</summary>
    private static int TakeLines(Span<byte> text, LineTaker take)
    {
        var start = 0;
        while (text[start..].IndexOf((byte)'\n') is var end and >= 0)
        {
            take(text.Slice(start, end));
            start += end + 1;
        }
        text[start..].CopyTo(text);
        return text.Length - start;
    }
}
