using System.Globalization;

namespace Touchline.Api;

/// <summary>Times as Go's JSON writes them: RFC 3339 in UTC, no zeros at the end of the fraction.</summary>
internal static class Timestamps
{
    public static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
