using System.Globalization;
using System.Text;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Families;

/// <summary>
/// Reads OpenMetrics into whole families, named as in the Prometheus text format: counters with <c>_total</c>. Series with
/// <c>_created</c> are left out, as Prometheus's own client does where it writes that format.
/// </summary>
public static class FamilyOpenMetrics
{
    private const string Total = "_total";
    private const string Created = "_created";

    /// <param name="body">The text.</param>
    /// <param name="mostEntries">As of <see cref="FamilyTextParser.Parse"/>.</param>
    /// <exception cref="FamilyTextException">The body breaks the format, or holds more.</exception>
    public static IReadOnlyList<MetricFamily> Parse(ReadOnlySpan<byte> body, int mostEntries = int.MaxValue)
    {
        // One parser says what belongs together, so that the same is written for it in the Prometheus text format: descriptions first, as a help
        // may stand before the type that decides on the name.
        var metadata = new Dictionary<string, Description>(StringComparer.Ordinal);
        var samples = new StringBuilder();
        var sampleLines = new List<int>();
        var reader = new OpenMetricsTextReader(body);
        var pool = new StringPool();
        var labels = new List<Label>();
        var line = 1;
        // Every line is an entry, but for names that hold line breaks, which the parser refuses.
        for (var entry = reader.Next([]); entry != ExpositionEntry.End; entry = reader.Next([]), line++)
        {
            switch (entry)
            {
                case ExpositionEntry.Error:
                    // The reader says the line too, which the exception does by itself.
                    throw new FamilyTextException(reader.Line, reader.Error.StartsWith(reader.Place, StringComparison.Ordinal) ? reader.Error[(reader.Place.Length + 2)..] : reader.Error);
                case ExpositionEntry.Type:
                    var typed = SeriesText.Unescape(reader.MetadataName);
                    metadata[typed] = metadata.GetValueOrDefault(typed) with { Type = reader.MetadataType, Line = line };
                    break;
                case ExpositionEntry.Help:
                    var described = SeriesText.Unescape(reader.MetadataName);
                    metadata[described] = metadata.GetValueOrDefault(described) with { Help = SeriesText.Unescape(reader.MetadataText), Line = line };
                    break;
                case ExpositionEntry.Series when !SeriesText.TryDecode(reader.Series, pool, labels, out var error):
                    throw new FamilyTextException(reader.Line, error);
                case ExpositionEntry.Series when !SaysSince(NameOf(labels), metadata):
                    AppendSample(samples, labels, reader.Value, reader.HasTimestamp ? reader.TimestampMs : null);
                    sampleLines.Add(line);
                    break;
            }
        }
        return Parse(metadata, samples, sampleLines, mostEntries);
    }

    private static IReadOnlyList<MetricFamily> Parse(Dictionary<string, Description> metadata, StringBuilder samples, List<int> sampleLines, int mostEntries)
    {
        var text = new StringBuilder();
        var lines = new List<int>();
        foreach (var (family, description) in metadata)
        {
            AppendMetadata(text, family, description.Type, description.Help);
            lines.AddRange(Enumerable.Repeat(description.Line, description.Help is null ? 1 : 2));
        }
        lines.AddRange(sampleLines);
        try
        {
            return FamilyTextParser.Parse(Encoding.UTF8.GetBytes(text.Append(samples).ToString()), mostEntries);
        }
        catch (FamilyTextException e)
        {
            // Said with the line of the body, not with that of what was written for the parser.
            throw new FamilyTextException(lines[e.Line - 1], e.Problem);
        }
    }

    private static void AppendMetadata(StringBuilder text, string family, MetricType type, string? help)
    {
        var (name, written) = type switch
        {
            MetricType.Counter => (family + Total, "counter"),
            MetricType.Info => (family + "_info", "gauge"),
            MetricType.Histogram => (family, "histogram"),
            MetricType.Summary => (family, "summary"),
            MetricType.Gauge or MetricType.StateSet => (family, "gauge"),
            _ => (family, "untyped"),
        };
        name = $"\"{Escaped(name)}\"";
        text.Append("# TYPE ").Append(name).Append(' ').Append(written).Append('\n');
        if (help is not null)
        {
            text.Append("# HELP ").Append(name).Append(' ')
                .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        }
    }

    private static bool SaysSince(string name, Dictionary<string, Description> metadata) =>
        name.EndsWith(Created, StringComparison.Ordinal)
        && metadata.GetValueOrDefault(name[..^Created.Length]).Type is MetricType.Counter or MetricType.Histogram or MetricType.Summary;

    private static string NameOf(List<Label> labels) => labels.Find(label => label.Name == LabelNames.MetricName).Value;

    private static void AppendSample(StringBuilder text, List<Label> labels, double value, long? timestampMs)
    {
        text.Append("{\"").Append(Escaped(NameOf(labels))).Append('"');
        foreach (var label in labels)
        {
            if (label.Name != LabelNames.MetricName)
            {
                text.Append(",\"").Append(Escaped(label.Name)).Append("\"=\"").Append(Escaped(label.Value)).Append('"');
            }
        }
        text.Append("} ").Append(SampleValue.Format(value));
        if (timestampMs is { } time)
        {
            text.Append(CultureInfo.InvariantCulture, $" {time}");
        }
        text.Append('\n');
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>What a body says of a family, last in which line.</summary>
    private readonly record struct Description(MetricType Type, string? Help, int Line);
}
