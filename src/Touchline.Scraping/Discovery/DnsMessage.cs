using System.Globalization;
using System.Net;
using System.Text;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>One record of an answer: an address or the name of a host, and a port where the record has one.</summary>
internal readonly record struct DnsRecord(string Host, int Port);

/// <summary>Questions to a name server and its answers. Source: RFC 1035, section 4; RFC 2782 (SRV); RFC 3596 (AAAA).</summary>
internal static class DnsMessage
{
    private const ushort RecursionDesired = 0x0100;
    private const ushort InternetClass = 1;

    public static ushort TypeOf(string name) => name switch
    {
        "A" => 1,
        "NS" => 2,
        "MX" => 15,
        "AAAA" => 28,
        _ => 33,
    };

    /// <exception cref="FormatException">The name cannot be asked for.</exception>
    public static byte[] Question(ushort id, string name, ushort type)
    {
        var message = new List<byte>();
        foreach (var word in (ReadOnlySpan<ushort>)[id, RecursionDesired, 1, 0, 0, 0])
        {
            message.Add((byte)(word >> 8));
            message.Add((byte)word);
        }
        foreach (var part in new IdnMapping { AllowUnassigned = true, UseStd3AsciiRules = false }.GetAscii(name.TrimEnd('.')).Split('.'))
        {
            if (part.Length is 0 or > 63)
            {
                throw new FormatException($"{name} has a part that is empty or longer than 63 characters");
            }
            message.Add((byte)part.Length);
            message.AddRange(Encoding.ASCII.GetBytes(part));
        }
        message.AddRange([0, (byte)(type >> 8), (byte)type, 0, (byte)InternetClass]);
        return [.. message];
    }

    /// <summary>Whether the answer did not fit and must be asked for over TCP.</summary>
    public static bool IsCut(ReadOnlySpan<byte> message) => (message[2] & 0x02) != 0;

    /// <summary>0 where all is well, 3 where the name does not exist.</summary>
    public static int ResponseCode(ReadOnlySpan<byte> message) => message[3] & 0x0f;

    /// <summary>The records of a type.</summary>
    /// <exception cref="FormatException">The message is not well-formed.</exception>
    public static List<DnsRecord> Records(ReadOnlySpan<byte> message, ushort type)
    {
        var records = new List<DnsRecord>();
        var questions = DnsText.Word(message, 4);
        var answers = DnsText.Word(message, 6);
        var at = DnsExchange.HeaderBytes;
        for (var i = 0; i < questions; i++)
        {
            DnsText.Name(message, ref at);
            at += 4;
        }
        for (var i = 0; i < answers; i++)
        {
            DnsText.Name(message, ref at);
            var recordType = DnsText.Word(message, at);
            var length = DnsText.Word(message, at + 8);
            at += 10;
            if (at + length > message.Length)
            {
                throw new FormatException("a record is longer than the answer");
            }
            if (recordType == type)
            {
                records.Add(Record(message, type, at, length));
            }
            at += length;
        }
        return records;
    }

    private static DnsRecord Record(ReadOnlySpan<byte> message, ushort type, int at, int length)
    {
        switch (type)
        {
            case 1 or 28:
                return length is 4 or 16 ? new DnsRecord(new IPAddress(message.Slice(at, length)).ToString(), 0) : throw new FormatException($"an address has {length} bytes");
            case 15:
                at += 2;
                return new DnsRecord(DnsText.Name(message, ref at), 0);
            case 33:
                var port = DnsText.Word(message, at + 4);
                at += 6;
                return new DnsRecord(DnsText.Name(message, ref at), port);
            default:
                return new DnsRecord(DnsText.Name(message, ref at), 0);
        }
    }
}
