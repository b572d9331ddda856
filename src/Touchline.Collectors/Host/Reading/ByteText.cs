using System.Buffers.Text;

namespace Touchline.Collectors.Host.Reading;

/// <summary>Walks text in bytes as /proc writes it: lines, and fields between blanks. No copy is made.</summary>
internal ref struct ByteText(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next line without its end; false after the last one.</summary>
    public bool TryLine(out ReadOnlySpan<byte> line)
    {
        if (_rest.IsEmpty)
        {
            line = default;
            return false;
        }
        var end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>The next field between blanks; false where none is left.</summary>
    public bool TryField(out ReadOnlySpan<byte> field)
    {
        var start = _rest.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\n');
        if (start < 0)
        {
            _rest = default;
            field = default;
            return false;
        }
        _rest = _rest[start..];
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
        field = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        return true;
    }

    /// <summary>The next field as a number.</summary>
    /// <exception cref="FormatException">There is none, or it is no number.</exception>
    public double Number() => TryField(out var field) ? Number(field) : throw new FormatException("a number is missing");

    /// <summary>The next field as a number in hexadecimal digits.</summary>
    /// <exception cref="FormatException">There is none, or it is no number.</exception>
    public ulong Hexadecimal() => TryField(out var field) ? Hexadecimal(field) : throw new FormatException("a number is missing");

    /// <summary>Reads a number in hexadecimal digits.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static ulong Hexadecimal(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out ulong number, out var used, 'x') && used == text.Length ? number : throw NoNumber(text);

    /// <summary>Reads a number, decimal or not, surrounding blanks ignored.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static double Number(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\n"u8);
        // Counters are integers, and those of 64 bits are read as such before they lose digits to the double.
        if (Utf8Parser.TryParse(text, out ulong integer, out var used) && used == text.Length)
        {
            return integer;
        }
        if (Utf8Parser.TryParse(text, out double number, out used) && used == text.Length && used > 0)
        {
            return number;
        }
        throw NoNumber(text);
    }

    private static FormatException NoNumber(ReadOnlySpan<byte> text) =>
        new($"not a number: {System.Text.Encoding.UTF8.GetString(text[..Math.Min(40, text.Length)])}");
}
