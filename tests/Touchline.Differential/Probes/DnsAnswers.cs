using System.Text;

namespace Touchline.Differential.Probes;

/// <summary>A name server that knows example.org only.</summary>
internal static class DnsAnswers
{
    public static byte[] To(byte[] question)
    {
        var end = 12;
        while (question[end] != 0)
        {
            end += question[end] + 1;
        }
        var type = question[end + 1] << 8 | question[end + 2];
        var asked = question[..(end + 5)];
        var isKnown = Encoding.ASCII.GetString(question, 12, end - 12).EndsWith("example\u0003org", StringComparison.Ordinal);
        if (!isKnown)
        {
            return [.. Head(asked, 3, 0, 1, 0), .. asked[12..], .. Record(6, Soa)];
        }
        return type switch
        {
            1 => [.. Head(asked, 0, 2, 1, 1), .. asked[12..], .. Record(1, [192, 0, 2, 1]), .. Record(1, [192, 0, 2, 2]), .. Record(2, Name("ns.example.org")), .. Record(28, [0x20, 1, 0xd, 0xb8, .. new byte[11], 1])],
            6 => [.. Head(asked, 0, 1, 0, 0), .. asked[12..], .. Record(6, Soa)],
            15 => [.. Head(asked, 0, 1, 0, 0), .. asked[12..], .. Record(15, [0, 10, .. Name("mail.example.org")])],
            16 => [.. Head(asked, 0, 1, 0, 0), .. asked[12..], .. Record(16, [5, .. "v=\"s\""u8, 3, .. "a b"u8])],
            33 => [.. Head(asked, 0, 1, 0, 0), .. asked[12..], .. Record(33, [0, 1, 0, 2, 0x1f, 0x90, .. Name("host.example.org")])],
            _ => [.. Head(asked, 0, 0, 0, 0), .. asked[12..]],
        };
    }

    private static byte[] Soa => [.. Name("ns.example.org"), .. Name("admin.example.org"), 0x78, 0xb5, 0x71, 0x21, 0, 0, 0x0e, 0x10, 0, 0, 2, 0x58, 0, 9, 0x3a, 0x80, 0, 0, 0, 60];

    private static byte[] Head(byte[] question, byte rcode, byte answers, byte authorities, byte additionals) =>
        [question[0], question[1], 0x85, (byte)(0x80 | rcode), 0, 1, 0, answers, 0, authorities, 0, additionals];

    /// <summary>A record of the name that was asked for.</summary>
    private static byte[] Record(byte type, byte[] data) => [0xc0, 12, 0, type, 0, 1, 0, 0, 1, 0x2c, 0, (byte)data.Length, .. data];

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(part => (byte[])[(byte)part.Length, .. Encoding.ASCII.GetBytes(part)]), 0];
}
