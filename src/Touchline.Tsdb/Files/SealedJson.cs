using System.Globalization;
using System.Text;

namespace Touchline.Tsdb.Files;

/// <summary>JSON for people to read that has a checksum over itself: a property <c>crc32c</c>, which counts as zeros.</summary>
internal static class SealedJson
{
    public const string NoChecksum = "00000000";

    private const string Key = "\"crc32c\": \"";

    /// <param name="text">Indented JSON whose checksum is <see cref="NoChecksum"/>.</param>
    public static byte[] Seal(string text) =>
        Encoding.UTF8.GetBytes(text.Replace(Key + NoChecksum, Key + ChecksumOf(text), StringComparison.Ordinal));

    /// <param name="text">The JSON.</param>
    /// <param name="checksum">The checksum in it.</param>
    /// <exception cref="CorruptDataException">It is wrong.</exception>
    public static void Check(string text, string checksum)
    {
        if (ChecksumOf(text.Replace(Key + checksum, Key + NoChecksum, StringComparison.Ordinal)) != checksum)
        {
            throw new CorruptDataException("its checksum is wrong");
        }
    }

    private static string ChecksumOf(string text) => Crc32C.Of(Encoding.UTF8.GetBytes(text)).ToString("x8", CultureInfo.InvariantCulture);
}
