using System.Buffers.Binary;
using System.Text;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>The last lines that a container wrote, of the formats in which engines hand them out, cut to what a page shows.</summary>
internal static class LogTail
{
    public const int MaxLines = 20;

    /// <summary>Of one line; the rest of it is left out.</summary>
    public const int MaxLineLength = 4 * 1024;

    /// <summary>As much as is read to find them in.</summary>
    public const int MaxBytes = 128 * 1024;

    /// <summary>
    /// Docker's: without a terminal, frames of one byte for the stream, three of nothing, four for the length (big-endian) and the text.
    /// With one, just text.
    /// </summary>
    public static IReadOnlyList<string> OfDocker(ReadOnlySpan<byte> log)
    {
        if (log.Length < 8 || log[0] > 2 || log[1] != 0 || log[2] != 0 || log[3] != 0)
        {
            return Lines(Encoding.UTF8.GetString(log));
        }
        var text = new StringBuilder();
        while (log.Length >= 8)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(log[4..]), (uint)(log.Length - 8));
            text.Append(Encoding.UTF8.GetString(log.Slice(8, length)));
            log = log[(8 + length)..];
        }
        return Lines(text.ToString());
    }

    /// <summary>Kubernetes': time, stream, F for a whole line or P for a part of one, and the text, with blanks between.</summary>
    public static IReadOnlyList<string> OfCri(ReadOnlySpan<byte> log)
    {
        var text = new StringBuilder();
        foreach (var line in Encoding.UTF8.GetString(log).Split('\n'))
        {
            var parts = line.Split(' ', 4);
            if (parts.Length == 4 && parts[1] is "stdout" or "stderr")
            {
                text.Append(parts[3]);
                text.Append(parts[2].StartsWith('P') ? "" : "\n");
            }
        }
        return Lines(text.ToString());
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        foreach (var line in text.TrimEnd('\n', '\r').Split('\n').TakeLast(MaxLines))
        {
            lines.Add(Printable(line.Length > MaxLineLength ? line[..MaxLineLength] + "…" : line));
        }
        return lines is [""] ? [] : lines;
    }

    /// <summary>Without the codes that colour terminals: a page would show them as rubbish.</summary>
    private static string Printable(string line)
    {
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\u001b' && i + 1 < line.Length && line[i + 1] == '[')
            {
                i += 2;
                // ECMA-48, 5.4: parameters, then a final byte from @ to ~.
                while (i < line.Length && line[i] is < '@' or > '~')
                {
                    i++;
                }
            }
            else if (!char.IsControl(line[i]) || line[i] == '\t')
            {
                text.Append(line[i]);
            }
        }
        return text.ToString();
    }
}
