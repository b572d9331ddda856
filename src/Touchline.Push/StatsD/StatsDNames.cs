using System.Buffers;
using System.Text;

namespace Touchline.Push.StatsD;

/// <summary>Names of StatsD as names of Prometheus, by the rules of statsd_exporter.</summary>
internal static class StatsDNames
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

    /// <summary>Every character that Prometheus does not know becomes an underscore, dashes in a row one together; no name starts with a digit.</summary>
    public static string Escape(string name)
    {
        var startsWithDigit = name.Length > 0 && char.IsAsciiDigit(name[0]);
        if (!startsWithDigit && !name.AsSpan().ContainsAnyExcept(Allowed))
        {
            return name;
        }
        var escaped = new StringBuilder(startsWithDigit ? "_" : "", name.Length + 1);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (Allowed.Contains(c))
            {
                escaped.Append(c);
            }
            else if (!(c == '-' && i > 0 && name[i - 1] == '-') && !char.IsLowSurrogate(c))
            {
                escaped.Append('_');
            }
        }
        return escaped.ToString();
    }
}
