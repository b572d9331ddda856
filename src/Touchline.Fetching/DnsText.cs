using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Touchline.Fetching;

/// <summary>What the messages of name servers are made of, as the text of zone files. Source: RFC 1035, sections 3.1, 4.1.4 and 5.1.</summary>
public static class DnsText
{
    /// <summary>Names may point at names; more steps than a name has parts are a circle.</summary>
    private const int MostPointers = 128;

    /// <exception cref="FormatException">The message ends before.</exception>
    public static int Word(ReadOnlySpan<byte> message, int at) =>
        at + 2 <= message.Length ? BinaryPrimitives.ReadUInt16BigEndian(message[at..]) : throw new FormatException("the answer is cut off");

    /// <summary>A name with the dot at its end; the place is then the one behind it.</summary>
    /// <exception cref="FormatException">The message ends before, or the name points at itself.</exception>
    public static string Name(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var end = -1;
        var pointers = 0;
        while (true)
        {
            if (at >= message.Length)
            {
                throw new FormatException("a name is cut off");
            }
            var length = message[at];
            if (length == 0)
            {
                at++;
                break;
            }
            if (length >= 0xc0)
            {
                end = end < 0 ? at + 2 : end;
                at = Word(message, at) & 0x3fff;
                if (++pointers > MostPointers)
                {
                    throw new FormatException("a name points at itself");
                }
                continue;
            }
            if (at + 1 + length > message.Length)
            {
                throw new FormatException("a name is cut off");
            }
            foreach (var b in message.Slice(at + 1, length))
            {
                AppendEscaped(name, b, b is (byte)'.' or (byte)'\\' or (byte)'"' or (byte)'(' or (byte)')' or (byte)';' or (byte)'@' or (byte)'\'', keepsSpaces: false);
            }
            name.Append('.');
            at += 1 + length;
        }
        at = end < 0 ? at : end;
        return name.Length == 0 ? "." : name.ToString();
    }

    /// <summary>A byte as it stands in a name or a string.</summary>
    public static void AppendEscaped(StringBuilder text, byte b, bool isSpecial, bool keepsSpaces)
    {
        if (b is < 0x20 or >= 0x7f || (b == ' ' && !keepsSpaces))
        {
            text.Append(CultureInfo.InvariantCulture, $"\\{b:D3}");
            return;
        }
        text.Append(isSpecial ? "\\" : "").Append((char)b);
    }
}
