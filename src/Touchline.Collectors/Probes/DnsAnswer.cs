using System.Globalization;
using System.Net;
using System.Text;
using Touchline.Configuration.Probes;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>The answer of a name server with its records as text, in the form of zone files with tabs between the fields. Source: RFC 1035, sections 4 and 5.</summary>
internal sealed class DnsAnswer
{
    private static readonly Dictionary<ushort, string> TypeNames = DnsNames.Types.ToDictionary(pair => pair.Value, pair => pair.Key);
    private static readonly Dictionary<ushort, string> ClassNames = DnsNames.Classes.ToDictionary(pair => pair.Value, pair => pair.Key);

    private DnsAnswer(int rcode) => Rcode = rcode;

    public int Rcode { get; }

    public List<string> Answers { get; } = [];

    public List<string> Authorities { get; } = [];

    public List<string> Additionals { get; } = [];

    /// <summary>The serial number of the last SOA record among the answers, null where there is none.</summary>
    public uint? Serial { get; private set; }

    /// <exception cref="FormatException">The message is not well-formed.</exception>
    public static DnsAnswer Read(ReadOnlySpan<byte> message)
    {
        var answer = new DnsAnswer(message[3] & 0x0f);
        var at = DnsExchange.HeaderBytes;
        for (var questions = DnsText.Word(message, 4); questions > 0; questions--)
        {
            DnsText.Name(message, ref at);
            at += 4;
        }
        var isCut = (message[2] & 0x02) != 0;
        foreach (var (count, records) in ((int, List<string>)[])[(DnsText.Word(message, 6), answer.Answers), (DnsText.Word(message, 8), answer.Authorities), (DnsText.Word(message, 10), answer.Additionals)])
        {
            for (var i = 0; i < count && !(isCut && at >= message.Length); i++)
            {
                records.Add(answer.Record(message, ref at, isAnswer: records == answer.Answers));
            }
        }
        return answer;
    }

    private string Record(ReadOnlySpan<byte> message, ref int at, bool isAnswer)
    {
        var name = DnsText.Name(message, ref at);
        var type = (ushort)DnsText.Word(message, at);
        var @class = (ushort)DnsText.Word(message, at + 2);
        var ttl = (uint)DnsText.Word(message, at + 4) << 16 | (uint)DnsText.Word(message, at + 6);
        var length = DnsText.Word(message, at + 8);
        at += 10;
        if (at + length > message.Length)
        {
            throw new FormatException("a record is longer than the answer");
        }
        var data = Data(message, type, at, length, isAnswer);
        at += length;
        var typeName = TypeNames.GetValueOrDefault(type) ?? string.Create(CultureInfo.InvariantCulture, $"TYPE{type}");
        var className = ClassNames.GetValueOrDefault(@class) ?? string.Create(CultureInfo.InvariantCulture, $"CLASS{@class}");
        return string.Create(CultureInfo.InvariantCulture, $"{name}\t{ttl}\t{className}\t{typeName}\t{data}");
    }

    private string Data(ReadOnlySpan<byte> message, ushort type, int at, int length, bool isAnswer)
    {
        var end = at + length;
        switch (type)
        {
            case 1 when length == 4:
            case 28 when length == 16:
                return new IPAddress(message.Slice(at, length)).ToString();
            case 2 or 5 or 12 or 39:
                return DnsText.Name(message, ref at);
            case 6:
                return Soa(message, at, isAnswer);
            case 15:
                var preference = DnsText.Word(message, at);
                at += 2;
                return string.Create(CultureInfo.InvariantCulture, $"{preference} {DnsText.Name(message, ref at)}");
            case 16 or 99:
                return Texts(message, at, end);
            case 33:
                var numbers = $"{DnsText.Word(message, at)} {DnsText.Word(message, at + 2)} {DnsText.Word(message, at + 4)}";
                at += 6;
                return $"{numbers} {DnsText.Name(message, ref at)}";
            case 257 when length >= 2 && 2 + message[at + 1] <= length:
                var tag = Encoding.ASCII.GetString(message.Slice(at + 2, message[at + 1]));
                return string.Create(CultureInfo.InvariantCulture, $"{message[at]} {tag} {Quoted(message[(at + 2 + message[at + 1])..end])}");
            default:
                return string.Create(CultureInfo.InvariantCulture, $"\\# {length} {Convert.ToHexStringLower(message.Slice(at, length))}");
        }
    }

    private string Soa(ReadOnlySpan<byte> message, int at, bool isAnswer)
    {
        var names = $"{DnsText.Name(message, ref at)} {DnsText.Name(message, ref at)}";
        var numbers = new uint[5];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (uint)DnsText.Word(message, at) << 16 | (uint)DnsText.Word(message, at + 2);
            at += 4;
        }
        Serial = isAnswer ? numbers[0] : Serial;
        return $"{names} {string.Join(' ', numbers)}";
    }

    private static string Texts(ReadOnlySpan<byte> message, int at, int end)
    {
        var texts = new List<string>();
        while (at < end)
        {
            var length = message[at];
            if (at + 1 + length > end)
            {
                throw new FormatException("a text is cut off");
            }
            texts.Add(Quoted(message.Slice(at + 1, length)));
            at += 1 + length;
        }
        return string.Join(' ', texts);
    }

    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var b in bytes)
        {
            DnsText.AppendEscaped(text, b, b is (byte)'"' or (byte)'\\', keepsSpaces: true);
        }
        return text.Append('"').ToString();
    }
}
