using System.Text.Unicode;
using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Exposition;

/// <summary>What a message <c>MetricFamily</c> says beside its metrics.</summary>
internal ref struct FamilyHeader
{
    private ulong _type;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Help { get; private set; }

    public ReadOnlySpan<byte> Unit { get; private set; }

    /// <summary>Null where the number stands for none.</summary>
    public readonly MetricType? Type => _type switch
    {
        0 => MetricType.Counter,
        1 => MetricType.Gauge,
        2 => MetricType.Summary,
        3 => MetricType.Unknown,
        4 => MetricType.Histogram,
        5 => MetricType.GaugeHistogram,
        _ => null,
    };

    /// <summary>The number that stands for the type.</summary>
    public readonly ulong TypeNumber => _type;

    /// <exception cref="MalformedMessageException">The bytes are no such message.</exception>
    public static FamilyHeader Read(ReadOnlySpan<byte> message)
    {
        var header = default(FamilyHeader);
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2:
                    header.Name = reader.ReadBytes();
                    break;
                case (2 << 3) | 2:
                    header.Help = reader.ReadBytes();
                    break;
                case 3 << 3:
                    header._type = reader.ReadVarint();
                    break;
                case (5 << 3) | 2:
                    header.Unit = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return header;
    }

    /// <summary>Why the family cannot be scraped; null where it can.</summary>
    public readonly string? Problem()
    {
        if (Name.IsEmpty || !Utf8.IsValid(Name))
        {
            return $"invalid metric name {SeriesText.Quote(Name)}, expected UTF-8 of at least one character";
        }
        if (!Utf8.IsValid(Help))
        {
            return $"invalid help for metric {SeriesText.Quote(Name)}: {SeriesText.Quote(Help)}";
        }
        return Type is null ? $"unknown metric type for metric {SeriesText.Quote(Name)}: {_type}" : UnitProblem();
    }

    private readonly string? UnitProblem()
    {
        if (Unit.IsEmpty)
        {
            return null;
        }
        var isTotal = Type == MetricType.Counter && Name.EndsWith("_total"u8);
        var named = isTotal ? Name[..^"_total".Length] : Name;
        return named.Length > Unit.Length && named.EndsWith(Unit) && named[^(Unit.Length + 1)] == '_'
            ? null
            : $"unit {SeriesText.Quote(Unit)} not a suffix of {(isTotal ? "counter" : "metric")} {SeriesText.Quote(Name)}";
    }
}
