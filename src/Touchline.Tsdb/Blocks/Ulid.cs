using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Names of blocks: 48 bits of time in ms and 80 random bits in Crockford's base 32, so that names sort by age. Source: the ULID
/// specification.
/// </summary>
internal static class Ulid
{
    private const int Length = 26;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes,
            ((ulong)now.ToUnixTimeMilliseconds() << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
        var number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return string.Create(Length, number, static (text, rest) =>
        {
            for (var i = text.Length - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
    }

    public static bool IsValid(string text) => text.Length == Length && text[0] <= '7' && !text.AsSpan().ContainsAnyExcept(Alphabet);
}
