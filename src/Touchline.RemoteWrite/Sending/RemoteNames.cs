using System.Security.Cryptography;
using System.Text;
using Touchline.Configuration;

namespace Touchline.RemoteWrite.Sending;

/// <summary>What remotes are called.</summary>
internal static class RemoteNames
{
    private const int HashLength = 6;

    /// <summary>
    /// The name that each has in metrics and by which its place in the queue is noted: the configured one, else one made of the URL, so that
    /// another password or another limit does not make it another remote.
    /// </summary>
    public static List<string> Of(IReadOnlyList<RemoteWriteConfig> remotes)
    {
        var names = new List<string>();
        foreach (var remote in remotes)
        {
            var name = remote.Name.Length > 0 ? remote.Name : HashOf(UrlOf(remote.Url));
            var unique = name;
            for (var again = 2; names.Contains(unique); again++)
            {
                unique = $"{name}-{again}";
            }
            names.Add(unique);
        }
        return names;
    }

    /// <summary>A URL without its password, as Prometheus shows it.</summary>
    public static string UrlOf(Uri url) => url.UserInfo.Contains(':', StringComparison.Ordinal)
        ? url.OriginalString.Replace(url.UserInfo + "@", url.UserInfo.Split(':')[0] + ":xxxxx@", StringComparison.Ordinal)
        : url.OriginalString;

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
