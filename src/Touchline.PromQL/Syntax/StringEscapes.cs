using System.Buffers;
using System.Text;

namespace Touchline.PromQL.Syntax;

/// <summary>Strings as Go writes them, and in single quotes as well: escapes in <c>"…"</c> and <c>'…'</c>, none in backticks.</summary>
internal static class StringEscapes
{
    /// <summary>Finds the end of the string whose opening quote is at the position. Gives the error, or null.</summary>
    public static string? Scan(string input, ref int position)
    {
        var quote = input[position++];
        while (position < input.Length)
        {
            var c = input[position];
            if (c == quote)
            {
                position++;
                return null;
            }
            if (c == '\n' && quote != '`')
            {
                return "unterminated quoted string";
            }
            if (c == '\\' && quote != '`')
            {
                position++;
                if (ScanEscape(input, ref position, quote) is { } error)
                {
                    return error;
                }
                continue;
            }
            if (Rune.DecodeFromUtf16(input.AsSpan(position), out var rune, out var length) != OperationStatus.Done || rune == Rune.ReplacementChar)
            {
                return "invalid UTF-8 rune";
            }
            position += length;
        }
        return quote == '`' ? "unterminated raw string" : "unterminated quoted string";
    }

    /// <summary>
    /// What a string that <see cref="Scan"/> accepted says.
    /// An escaped byte that is no UTF-8 becomes a lone surrogate, U+DC00 plus the byte, so that it is neither lost nor taken for text.
    /// </summary>
    public static string Unquote(string quoted)
    {
        var inner = quoted.AsSpan(1, quoted.Length - 2);
        if (quoted[0] == '`')
        {
            return inner.ToString().Replace("\r", "", StringComparison.Ordinal);
        }
        if (!inner.Contains('\\'))
        {
            return inner.ToString();
        }
        var bytes = new ArrayBufferWriter<byte>(inner.Length);
        while (!inner.IsEmpty)
        {
            var escape = inner.IndexOf('\\');
            Encoding.UTF8.GetBytes(escape < 0 ? inner : inner[..escape], bytes);
            if (escape < 0)
            {
                break;
            }
            inner = inner[(escape + 1)..];
            inner = inner[WriteEscape(inner, bytes)..];
        }
        return Decode(bytes.WrittenSpan);
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
                bytes = bytes[length..];
            }
            else
            {
                text.Append((char)(0xdc00 + bytes[0]));
                bytes = bytes[1..];
            }
        }
        return text.ToString();
    }

    private static string? ScanEscape(string input, ref int position, char quote)
    {
        if (position == input.Length)
        {
            return "escape sequence not terminated";
        }
        var c = input[position];
        if (c == quote || c is 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\')
        {
            position++;
            return null;
        }
        var (length, radix, limit) = c switch
        {
            >= '0' and <= '7' => (3, 8, 255u),
            'x' => (2, 16, 255u),
            'u' => (4, 16, 0x10ffffu),
            'U' => (8, 16, 0x10ffffu),
            _ => (0, 0, 0u),
        };
        if (length == 0)
        {
            return $"unknown escape sequence {RuneText.CodePoint(input, position)}";
        }
        if (radix == 16)
        {
            position++;
        }
        ulong value = 0;
        for (var i = 0; i < length; i++, position++)
        {
            if (position == input.Length)
            {
                return "escape sequence not terminated";
            }
            var digit = char.IsAsciiHexDigit(input[position]) ? Convert.ToInt32(input[position].ToString(), 16) : 16;
            if (digit >= radix)
            {
                return $"illegal character {RuneText.CodePoint(input, position)} in escape sequence";
            }
            value = value * (ulong)radix + (ulong)digit;
        }
        return value > limit || value is >= 0xd800 and < 0xe000 ? "escape sequence is an invalid Unicode code point" : null;
    }

    /// <summary>Writes what the escape (without its backslash) stands for and gives its length.</summary>
    private static int WriteEscape(ReadOnlySpan<char> escape, ArrayBufferWriter<byte> bytes)
    {
        switch (escape[0])
        {
            case 'x':
                WriteByte(bytes, Convert.ToByte(escape[1..3].ToString(), 16));
                return 3;
            case >= '0' and <= '7':
                WriteByte(bytes, Convert.ToByte(escape[..3].ToString(), 8));
                return 3;
            case 'u' or 'U':
                var length = escape[0] == 'u' ? 4 : 8;
                Encoding.UTF8.GetBytes(new Rune(Convert.ToUInt32(escape[1..(1 + length)].ToString(), 16)).ToString(), bytes);
                return 1 + length;
            default:
                WriteByte(bytes, escape[0] switch
                {
                    'a' => 0x07,
                    'b' => 0x08,
                    'f' => 0x0c,
                    'n' => 0x0a,
                    'r' => 0x0d,
                    't' => 0x09,
                    'v' => 0x0b,
                    var c => (byte)c,
                });
                return 1;
        }
    }

    private static void WriteByte(ArrayBufferWriter<byte> bytes, byte value)
    {
        bytes.GetSpan(1)[0] = value;
        bytes.Advance(1);
    }
}
