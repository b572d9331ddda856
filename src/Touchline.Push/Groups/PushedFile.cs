using System.Text.Json;
using System.Text.Json.Serialization;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Push.Groups;

/// <summary>The file that groups outlive a restart in: docs/formats/pushed.md.</summary>
internal static class PushedFile
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes all groups beside the file, forces them to disk and puts them in its place, so that a crash leaves the old or the new file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<PushGroup> groups)
    {
        var written = path + ".new";
        using (var file = new FileStream(written, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, new Content(Version, [.. groups.Select(GroupOf)]), Json);
            file.Flush(flushToDisk: true);
        }
        File.Move(written, path, overwrite: true);
    }

    /// <summary>What the file holds.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static IReadOnlyList<PushGroup> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var content = JsonSerializer.Deserialize<Content>(file, Json);
            return content is { Version: Version, Groups: { } groups }
                ? [.. groups.Select(GroupOf)]
                : throw new InvalidDataException($"it is of version {content?.Version}, expected {Version}");
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static Group GroupOf(PushGroup group) => new(
        Pairs(group.Key.Labels),
        [.. group.Families.Values.Select(pushed => new Family(
            pushed.Family.Name, pushed.Family.Type, pushed.Family.Help, pushed.Time, [.. pushed.Family.Metrics.Select(metric => MetricOf(metric, pushed.Family.Type))]))]);

    private static Metric MetricOf(FamilyMetric metric, MetricType type) =>
        type is MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Summary
            ? new Metric(
                Pairs(metric.Labels), null, [.. metric.Points.Select(p => new[] { p.Bound, p.Value })], metric.Count, metric.Sum,
                metric.Native is { } native ? PushedHistogram.Of(native) : null)
            : new Metric(Pairs(metric.Labels), metric.Value, null, null, null, null);

    private static PushGroup GroupOf(Group group)
    {
        var families = new Dictionary<string, PushedFamily>(StringComparer.Ordinal);
        foreach (var (name, type, help, time, metrics) in group.Families)
        {
            var family = new MetricFamily(name) { Type = type, Help = help };
            family.Metrics.AddRange(metrics.Select(metric => MetricOf(metric, type)));
            families[name] = new PushedFamily(family, time);
        }
        return new PushGroup(GroupingKey.Of(Labels(group.Labels)), families);
    }

    private static FamilyMetric MetricOf(Metric metric, MetricType type)
    {
        var read = new FamilyMetric { Value = metric.Value ?? 0, Count = metric.Count ?? 0, Sum = metric.Sum ?? 0 };
        read.Labels.AddRange(Labels(metric.Labels));
        read.Points.AddRange((metric.Points ?? []).Select(p => (p[0], p[1])));
        read.Native = metric.Native?.ToNative(read.Count, read.Sum, isGauge: type == MetricType.GaugeHistogram);
        return read;
    }

    private static SortedDictionary<string, string> Pairs(IEnumerable<Label> labels) =>
        new(labels.ToDictionary(label => label.Name, label => label.Value), StringComparer.Ordinal);

    private static IEnumerable<Label> Labels(SortedDictionary<string, string> pairs) =>
        pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new Label(pair.Key, pair.Value));

    private sealed record Content(int Version, List<Group> Groups);

    private sealed record Group(SortedDictionary<string, string> Labels, List<Family> Families);

    private sealed record Family(string Name, MetricType Type, string? Help, DateTimeOffset Time, List<Metric> Metrics);

    private sealed record Metric(SortedDictionary<string, string> Labels, double? Value, List<double[]>? Points, double? Count, double? Sum, PushedHistogram? Native);
}
