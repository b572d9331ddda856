using System.Text;
using System.Text.Unicode;
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
    /// <param name="body">The messages.</param>
    /// <param name="mostEntries">Families and metrics that are read: a body of megabytes may hold millions of a byte or two.</param>
    /// <exception cref="MalformedMessageException">The body breaks the format, a native histogram contradicts itself, or it holds more.</exception>
    public static IReadOnlyList<MetricFamily> Read(ReadOnlySpan<byte> body, int mostEntries = int.MaxValue)
    {
        var families = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
        var histogram = new HistogramMessage();
        var budget = new EntryBudget(mostEntries);
        var reader = new WireReader(body);
        while (!reader.IsAtEnd)
        {
            var family = ReadFamily(reader.ReadBytes(), histogram, ref budget);
            families[family.Name] = family;
        }
        return [.. families.Values];
    }

    private static MetricFamily ReadFamily(ReadOnlySpan<byte> message, HistogramMessage histogram, ref EntryBudget budget)
    {
        Take(ref budget);
        var header = FamilyHeader.Read(message);
        var family = new MetricFamily(Text(header.Name))
        {
            Help = header.Help.IsEmpty ? null : Text(header.Help),
            Type = header.Type ?? throw new MalformedMessageException($"metric type {header.TypeNumber} is none"),
        };
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == ((4 << 3) | 2))
            {
                Take(ref budget);
                family.Metrics.Add(ReadMetric(reader.ReadBytes(), family.Type, histogram));
            }
            else
            {
                reader.Skip(tag);
            }
        }
        return family;
    }

    private static FamilyMetric ReadMetric(ReadOnlySpan<byte> message, MetricType type, HistogramMessage histogram)
    {
        var metric = new FamilyMetric();
        var valueTag = MetricFields.ValueTag(type);
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == MetricFields.LabelTag)
            {
                LabelFields.Read(reader.ReadBytes(), out var name, out var value);
                metric.Labels.Add(new Label(Text(name), Text(value)));
            }
            else if (tag == valueTag)
            {
                ReadValue(reader.ReadBytes(), type, metric, histogram);
            }
            else if (tag == MetricFields.TimestampTag)
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

    private static void ReadValue(ReadOnlySpan<byte> message, MetricType type, FamilyMetric metric, HistogramMessage histogram)
    {
        switch (type)
        {
            case MetricType.Histogram or MetricType.GaugeHistogram:
                histogram.Read(message);
                (metric.Count, metric.Sum) = (histogram.Count, histogram.Sum);
                metric.Native = ReadNative(histogram, type);
                foreach (var (start, length) in histogram.Buckets)
                {
                    metric.Points.Add(MetricFields.ReadBucket(message.Slice(start, length), out _));
                }
                break;
            case MetricType.Summary:
                ReadSummary(message, metric);
                break;
            default:
                metric.Value = MetricFields.ReadPair(message).First;
                break;
        }
    }

    private static NativeHistogram? ReadNative(HistogramMessage histogram, MetricType type)
    {
        if (!histogram.IsNative)
        {
            return null;
        }
        var native = histogram.ToNative(type == MetricType.GaugeHistogram);
        return HistogramRules.Problem(native) is { Length: > 0 } problem ? throw new MalformedMessageException(problem) : native;
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
                    metric.Points.Add(MetricFields.ReadPair(reader.ReadBytes()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private static void Take(ref EntryBudget budget)
    {
        if (!budget.TryTake())
        {
            throw new MalformedMessageException(budget.Problem);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes)
        ? Encoding.UTF8.GetString(bytes)
        : throw new MalformedMessageException($"{SeriesText.Quote(bytes)} is not valid UTF-8");
}
