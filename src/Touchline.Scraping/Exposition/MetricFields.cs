using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Exposition;

/// <summary>Parts of a message <c>Metric</c>.</summary>
internal static class MetricFields
{
    /// <summary>Of a label, a message <c>LabelPair</c>.</summary>
    public const uint LabelTag = (1 << 3) | 2;

    /// <summary>Of the time, a varint of ms since the Unix epoch.</summary>
    public const uint TimestampTag = 6 << 3;

    /// <summary>Of the value that a metric of the type has.</summary>
    public static uint ValueTag(MetricType type) => type switch
    {
        MetricType.Gauge => (2 << 3) | 2,
        MetricType.Counter => (3 << 3) | 2,
        MetricType.Summary => (4 << 3) | 2,
        MetricType.Unknown => (5 << 3) | 2,
        _ => (7 << 3) | 2,
    };

    /// <summary>The doubles in fields 1 and 2: a quantile and its value. Those that are missing are 0.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static (double First, double Second) ReadPair(ReadOnlySpan<byte> message)
    {
        double first = 0, second = 0;
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
        return (first, second);
    }

    /// <summary>A classic bucket: its upper bound, its cumulative count, and where in the message its exemplar is, empty where it has none.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static (double Bound, double Count) ReadBucket(ReadOnlySpan<byte> message, out Range exemplar)
    {
        ulong whole = 0;
        double fraction = 0, bound = 0;
        exemplar = default;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    whole = reader.ReadVarint();
                    break;
                case (2 << 3) | 1:
                    bound = reader.ReadDouble();
                    break;
                case (3 << 3) | 2:
                    var length = reader.ReadBytes().Length;
                    exemplar = (reader.Position - length)..reader.Position;
                    break;
                case (4 << 3) | 1:
                    fraction = reader.ReadDouble();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return (bound, fraction > 0 ? fraction : whole);
    }
}
