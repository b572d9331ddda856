using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Which distribution the host runs, from its os-release file.</summary>
internal sealed class OsReleaseCollector(HostOptions options) : NodeCollector("os")
{
    private static readonly string[] InfoFields =
    [
        "BUILD_ID", "ID", "ID_LIKE", "IMAGE_ID", "IMAGE_VERSION", "NAME", "PRETTY_NAME", "VARIANT", "VARIANT_ID", "VERSION", "VERSION_CODENAME", "VERSION_ID",
    ];

    private static readonly string[] VersionFields = ["ID", "ID_LIKE", "NAME"];

    private static readonly string InfoHelp = $"A metric with a constant '1' value labeled by {string.Join(", ", InfoFields).ToLowerInvariant()}.";

    private readonly SysFiles _files = new();
    private readonly string[] _paths = [Path.Combine(options.RootFsPath, "etc/os-release"), Path.Combine(options.RootFsPath, "usr/lib/os-release")];

    public override void Collect(IMetricWriter writer)
    {
        if (Array.Find(_paths, File.Exists) is not { } path)
        {
            NothingHere($"there is neither {_paths[0]} nor {_paths[1]}");
            return;
        }
        var fields = Parse(_files.Lines(path), path);
        var version = Version(fields.GetValueOrDefault("VERSION_ID", ""));
        writer.Family("node_os_info", MetricType.Gauge, InfoHelp);
        writer.Sample(1, Labels(fields, InfoFields));
        if (fields.GetValueOrDefault("SUPPORT_END", "") is { Length: > 0 } end)
        {
            writer.Family("node_os_support_end_timestamp_seconds", MetricType.Gauge, "Metric containing the end-of-life date timestamp of the OS.");
            writer.Sample(Date(end, path));
        }
        if (version > 0)
        {
            writer.Family("node_os_version", MetricType.Gauge, "Metric containing the major.minor part of the OS version.");
            writer.Sample(version, Labels(fields, VersionFields));
        }
    }

    private static string[] Labels(Dictionary<string, string> fields, string[] names) =>
        [.. names.SelectMany(name => new[] { name.ToLowerInvariant(), fields.GetValueOrDefault(name, "") })];

    /// <summary>The number at the beginning, as far as its first point's decimals: 15.6 of 15.6.1, 24.04 of 24.04 LTS; 0 of none.</summary>
    private static double Version(string text)
    {
        var end = 0;
        var hasPoint = false;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] == '.' && end > 0 && !hasPoint)))
        {
            hasPoint |= text[end] == '.';
            end++;
        }
        return double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static double Date(string text, string path) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date.ToUnixTimeSeconds()
            : throw new FormatException($"{path}: SUPPORT_END: a date such as 2028-06-30 was expected, not '{text}'");

    /// <summary>Takes assignments of a shell apart, of which os-release(5) allows the plainest only.</summary>
    internal static Dictionary<string, string> Parse(string[] lines, string path)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException($"{path}: an assignment was expected, not '{line}'");
            }
            fields[line[..equals]] = Unquote(line[(equals + 1)..]);
        }
        return fields;
    }

    private static string Unquote(string text)
    {
        if (text is ['\'', .. var literal, '\''])
        {
            return literal;
        }
        var quoted = text is ['"', .. var inner, '"'] ? inner : text;
        if (!quoted.Contains('\\', StringComparison.Ordinal))
        {
            return quoted;
        }
        var result = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            // A backslash stands before a character that the shell would read otherwise.
            i += quoted[i] == '\\' && i + 1 < quoted.Length ? 1 : 0;
            result.Append(quoted[i]);
        }
        return result.ToString();
    }
}
