using System.Text;
using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Families;

/// <summary>
/// Reads the protobuf format into whole families: messages <c>MetricFamily</c>, each behind its length. Exemplars and times of creation are left
/// out. Source: io/prometheus/client/metrics.proto.
/// </summary>
public static class FamilyMessageReader
{
    /// <summary>Families in the order of the body; of two with the same name the last stands.</summary>
    /// <exception cref="MalformedMessageException">The body breaks the format, or a native histogram contradicts itself.</exception>
    public static IReadOnlyList<MetricFamily> Read(ReadOnlySpan<byte> body)
    {
        var families = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
        var reader = new WireReader(body);
        while (!reader.IsAtEnd)
        {
            var family = ReadFamily(reader.ReadBytes());
            families[family.Name] = family;
        }
        return [.. families.Values];
    }

    private static MetricFamily ReadFamily(ReadOnlySpan<byte> message)
    {
        string name = "", help = "";
        ulong type = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2:
                    name = Text(reader.ReadBytes());
                    break;
                case (2 << 3) | 2:
                    help = Text(reader.ReadBytes());
                    break;
                case 3 << 3:
                    type = reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        var family = new MetricFamily(name) { Help = help.Length > 0 ? help : null, Type = TypeOf(type) };
        reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == ((4 << 3) | 2))
            {
                family.Metrics.Add(ReadMetric(reader.ReadBytes(), family.Type));
            }
            else
            {
                reader.Skip(tag);
            }
        }
        return family;
    }

    private static MetricType TypeOf(ulong type) => type switch
    {
        0 => MetricType.Counter,
        1 => MetricType.Gauge,
        2 => MetricType.Summary,
        3 => MetricType.Unknown,
        4 => MetricType.Histogram,
        5 => MetricType.GaugeHistogram,
        _ => throw new MalformedMessageException($"metric type {type} is none"),
    };

    private static FamilyMetric ReadMetric(ReadOnlySpan<byte> message, MetricType type)
    {
        var metric = new FamilyMetric();
        var valueField = type switch
        {
            MetricType.Gauge => 2u,
            MetricType.Counter => 3u,
            MetricType.Summary => 4u,
            MetricType.Unknown => 5u,
            _ => 7u,
        };
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == ((1 << 3) | 2))
            {
                LabelFields.Read(reader.ReadBytes(), out var name, out var value);
                metric.Labels.Add(new Label(Text(name), Text(value)));
            }
            else if (tag == ((valueField << 3) | 2))
            {
                ReadValue(reader.ReadBytes(), type, metric);
            }
            else if (tag == 6 << 3)
            {
                metric.TimestampMs = (long)reader.ReadVarint();
            }
            else
            {
                reader.Skip(tag);
            }
        }
        metric.Labels.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return metric;
    }

    private static void ReadValue(ReadOnlySpan<byte> message, MetricType type, FamilyMetric metric)
    {
        switch (type)
        {
            case MetricType.Histogram or MetricType.GaugeHistogram:
                ReadHistogram(message, type, metric);
                break;
            case MetricType.Summary:
                ReadSummary(message, metric);
                break;
            default:
                metric.Value = ReadPair(message, out _);
                break;
        }
    }

    private static void ReadHistogram(ReadOnlySpan<byte> message, MetricType type, FamilyMetric metric)
    {
        var histogram = new HistogramMessage();
        histogram.Read(message);
        (metric.Count, metric.Sum) = (histogram.Count, histogram.Sum);
        if (histogram.IsNative)
        {
            metric.Native = histogram.ToNative(type == MetricType.GaugeHistogram);
            if (HistogramRules.Problem(metric.Native) is { Length: > 0 } problem)
            {
                throw new MalformedMessageException(problem);
            }
        }
        foreach (var (start, length) in histogram.Buckets)
        {
            ulong count = 0;
            double bound = 0, countFloat = 0;
            var reader = new WireReader(message.Slice(start, length));
            while (!reader.IsAtEnd)
            {
                var tag = reader.ReadTag();
                switch (tag)
                {
                    case 1 << 3:
                        count = reader.ReadVarint();
                        break;
                    case (2 << 3) | 1:
                        bound = reader.ReadDouble();
                        break;
                    case (4 << 3) | 1:
                        countFloat = reader.ReadDouble();
                        break;
                    default:
                        reader.Skip(tag);
                        break;
                }
            }
            metric.Points.Add((bound, countFloat > 0 ? countFloat : count));
        }
    }

    private static void ReadSummary(ReadOnlySpan<byte> message, FamilyMetric metric)
    {
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    metric.Count = reader.ReadVarint();
                    break;
                case (2 << 3) | 1:
                    metric.Sum = reader.ReadDouble();
                    break;
                case (3 << 3) | 2:
                    var quantile = ReadPair(reader.ReadBytes(), out var value);
                    metric.Points.Add((quantile, value));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    /// <summary>The doubles in fields 1 and 2.</summary>
    private static double ReadPair(ReadOnlySpan<byte> message, out double second)
    {
        double first = 0;
        second = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 1:
                    first = reader.ReadDouble();
                    break;
                case (2 << 3) | 1:
                    second = reader.ReadDouble();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return first;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes)
        ? Encoding.UTF8.GetString(bytes)
        : throw new MalformedMessageException($"{SeriesText.Quote(bytes)} is not valid UTF-8");
}
