using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Touchline.Scraping.Tests.Support;

/// <summary>
/// Writes protobuf messages of a short notation, field by field: <c>1:"text"</c>, <c>2:5</c> (varint), <c>3:-5z</c> (zigzag), <c>4:1.5d</c>
/// (double), <c>5:{ … }</c> (message). An encoder of its own, so that the reader is not tested against itself.
/// </summary>
internal static class ProtobufText
{
    /// <summary>The messages, each in braces, each behind its length.</summary>
    public static byte[] Delimited(string text)
    {
        var at = 0;
        var output = new List<byte>();
        for (SkipBlanks(text, ref at); at < text.Length; SkipBlanks(text, ref at))
        {
            var message = Braced(text, ref at);
            WriteVarint(output, (ulong)message.Count);
            output.AddRange(message);
        }
        return [.. output];
    }

    private static List<byte> Braced(string text, ref int at)
    {
        var output = new List<byte>();
        Assert.Equal('{', text[at++]);
        for (SkipBlanks(text, ref at); text[at] != '}'; SkipBlanks(text, ref at))
        {
            var colon = text.IndexOf(':', at);
            var field = ulong.Parse(text.AsSpan(at, colon - at), CultureInfo.InvariantCulture);
            at = colon + 1;
            WriteField(output, field, text, ref at);
        }
        at++;
        return output;
    }

    private static void WriteField(List<byte> output, ulong field, string text, ref int at)
    {
        if (text[at] is '{' or '"')
        {
            var bytes = text[at] == '{' ? Braced(text, ref at) : Quoted(text, ref at);
            WriteVarint(output, (field << 3) | 2);
            WriteVarint(output, (ulong)bytes.Count);
            output.AddRange(bytes);
            return;
        }
        var end = at;
        while (!char.IsWhiteSpace(text[end]) && text[end] != '}')
        {
            end++;
        }
        var number = text[at..end];
        at = end;
        if (number[^1] == 'd')
        {
            WriteVarint(output, (field << 3) | 1);
            var bytes = new byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, double.Parse(number[..^1], CultureInfo.InvariantCulture));
            output.AddRange(bytes);
            return;
        }
        WriteVarint(output, field << 3);
        var isZigZag = number[^1] == 'z';
        var value = long.Parse(isZigZag ? number[..^1] : number, CultureInfo.InvariantCulture);
        WriteVarint(output, isZigZag ? (ulong)((value << 1) ^ (value >> 63)) : (ulong)value);
    }

    private static List<byte> Quoted(string text, ref int at)
    {
        var end = text.IndexOf('"', at + 1);
        var bytes = Encoding.UTF8.GetBytes(text[(at + 1)..end]);
        at = end + 1;
        return [.. bytes];
    }

    private static void WriteVarint(List<byte> output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Add((byte)(value | 0x80));
        }
        output.Add((byte)value);
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }
}
