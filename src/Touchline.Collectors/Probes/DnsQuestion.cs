using System.Globalization;
using System.Text;

namespace Touchline.Collectors.Probes;

/// <summary>A question to a name server. Source: RFC 1035, section 4.</summary>
internal static class DnsQuestion
{
    private const int LongestName = 253;
    private const int LongestPart = 63;

    /// <exception cref="FormatException">The name cannot be asked for.</exception>
    public static byte[] Write(ushort id, string name, ushort type, ushort @class, bool recursionDesired)
    {
        var message = new List<byte> { (byte)(id >> 8), (byte)id, (byte)(recursionDesired ? 1 : 0), 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        var ascii = name == "." ? "" : ToAscii(name.TrimEnd('.'));
        if (ascii.Length > LongestName)
        {
            throw new FormatException($"{name} is longer than {LongestName} characters");
        }
        foreach (var part in ascii.Length == 0 ? [] : ascii.Split('.'))
        {
            if (part.Length is 0 or > LongestPart)
            {
                throw new FormatException($"{name} has a part that is empty or longer than {LongestPart} characters");
            }
            message.Add((byte)part.Length);
            message.AddRange(Encoding.ASCII.GetBytes(part));
        }
        message.AddRange([0, (byte)(type >> 8), (byte)type, (byte)(@class >> 8), (byte)@class]);
        return [.. message];
    }

    private static string ToAscii(string name)
    {
        try
        {
            return Ascii.IsValid(name) ? name : new IdnMapping { AllowUnassigned = true }.GetAscii(name);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"{name} is no name: {e.Message}", e);
        }
    }
}
