using System.Text.RegularExpressions;

namespace Touchline.Collectors.Host;

/// <summary>Makes parts of metrics' names out of what drivers call things.</summary>
internal static partial class MetricName
{
    /// <summary>Every run of characters that a name may not have becomes one underscore, those beside it included.</summary>
    public static string Sanitize(string text) => NotInNames().Replace(text, "_");

    [GeneratedRegex("_*[^0-9A-Za-z_]+_*", RegexOptions.CultureInvariant)]
    private static partial Regex NotInNames();
}
