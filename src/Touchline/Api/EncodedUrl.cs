using System.Globalization;
using System.Text.Unicode;

namespace Touchline.Api;

/// <summary>A URL as it was sent, before anything is decoded.</summary>
internal static class EncodedUrl
{
    /// <summary>
    /// Whether what the URL encodes is UTF-8. The platform leaves bytes that are not as they were written, so that <c>up%FF</c> would
    /// pass for the remainder of a division.
    /// </summary>
    public static bool IsUtf8(ReadOnlySpan<char> url)
    {
        if (!url.Contains('%'))
        {
            return true;
        }
        var bytes = new byte[url.Length];
        var length = 0;
        for (var i = 0; i < url.Length; i++)
        {
            var encoded = url[i] == '%' && i + 2 < url.Length
                && byte.TryParse(url.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]);
            if (encoded)
            {
                i += 2;
            }
            else
            {
                // What is not encoded is ASCII; anything else is told from it by the server before.
                bytes[length] = url[i] < 0x80 ? (byte)url[i] : (byte)'?';
            }
            length++;
        }
        return Utf8.IsValid(bytes.AsSpan(0, length));
    }
}
