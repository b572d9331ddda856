using System.Text;

namespace Touchline.Collectors.Probes;

/// <summary>Lines and bytes of a stream, a bounded line at a time.</summary>
internal sealed class ProbeLines(Stream stream)
{
    private const int LongestLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[LongestLine];
    private int _start;
    private int _end;

    /// <summary>The next line without its end, null where the stream has ended.</summary>
    /// <exception cref="IOException">The line is too long, or the stream is broken.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = Take(newline);
                _start++;
                return line;
            }
            if (_end - _start == _buffer.Length)
            {
                throw new IOException("a line is longer than 65536 bytes");
            }
            if (!await MoreAsync(cancellationToken).ConfigureAwait(false))
            {
                return _start == _end ? null : Take(_end - _start);
            }
        }
    }

    /// <summary>So many bytes, fewer where the stream ends.</summary>
    public async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        count = Math.Min(count, LongestLine);
        while (_end - _start < count && await MoreAsync(cancellationToken).ConfigureAwait(false))
        {
        }
        var taken = _buffer.AsSpan(_start, Math.Min(count, _end - _start)).ToArray();
        _start += taken.Length;
        return taken;
    }

    private string Take(int length)
    {
        var line = _buffer.AsSpan(_start, length);
        _start += length;
        return Encoding.UTF8.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);
    }

    private async Task<bool> MoreAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
