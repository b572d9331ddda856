using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Exposition;

/// <summary>Writes what a protobuf body says of series, exemplars and metadata as the text formats have it, into the scratch of its target.</summary>
internal static class ProtobufAsText
{
    /// <summary>What may not stand in quotes as it is.</summary>
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\\\"\n"u8);

    /// <summary>
    /// Whether <see cref="WriteSeries"/> would write this text, found out without writing it: the body of benchmarks/parse is read in 4.3 ms
    /// so, and in 6.4 ms where each series is written to be compared. False also where there is something to escape.
    /// </summary>
    public static bool IsSeries(
        ReadOnlySpan<byte> text, ProtobufScratch scratch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> metric, string extraName,
        ReadOnlySpan<byte> extraValue)
    {
        var rest = text;
        if (!TryTake(ref rest, name) || !TryTake(ref rest, suffix) || !TryTake(ref rest, "{"u8))
        {
            return false;
        }
        foreach (var (start, length) in scratch.Labels)
        {
            LabelFields.Read(metric.Slice(start, length), out var label, out var value);
            if (!TryTakeQuoted(ref rest, label) || !TryTake(ref rest, "="u8) || !TryTakeQuoted(ref rest, value) || !TryTake(ref rest, ","u8))
            {
                return false;
            }
        }
        if (extraName.Length > 0)
        {
            if (rest.Length <= extraName.Length || !Ascii.Equals(rest[..extraName.Length], extraName))
            {
                return false;
            }
            rest = rest[extraName.Length..];
            if (!TryTake(ref rest, "="u8) || !TryTakeQuoted(ref rest, extraValue) || !TryTake(ref rest, ","u8))
            {
                return false;
            }
        }
        return rest.SequenceEqual("}"u8);
    }

    /// <summary>Writes a series.</summary>
    /// <param name="scratch">Holds the places of the metric's labels.</param>
    /// <param name="name">The family's name.</param>
    /// <param name="suffix">What stands behind it: <c>_bucket</c>.</param>
    /// <param name="metric">The message <c>Metric</c>.</param>
    /// <param name="extraName">A label that the metric does not have, empty where there is none.</param>
    /// <param name="extraValue">Its value.</param>
    public static void WriteSeries(
        ProtobufScratch scratch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> metric, string extraName, ReadOnlySpan<byte> extraValue)
    {
        var series = scratch.Series;
        series.ResetWrittenCount();
        var isBare = SeriesText.IsNameStart(name[0]) && SeriesText.NameLength(name) == name.Length;
        if (isBare)
        {
            series.Write(name);
            series.Write(suffix);
            series.Write("{"u8);
        }
        else
        {
            series.Write("{\""u8);
            SeriesText.WriteEscaped(series, name);
            series.Write(suffix);
            series.Write("\","u8);
        }
        foreach (var (start, length) in scratch.Labels)
        {
            WriteLabel(series, metric.Slice(start, length));
        }
        if (extraName.Length > 0)
        {
            Encoding.UTF8.GetBytes(extraName, series);
            series.Write("=\""u8);
            series.Write(extraValue);
            series.Write("\","u8);
        }
        series.Write("}"u8);
    }

    /// <summary>An exemplar as OpenMetrics writes it: labels, value, seconds. Empty where it is no text.</summary>
    public static ReadOnlySpan<byte> Exemplar(ProtobufScratch scratch, ReadOnlySpan<byte> message)
    {
        var output = scratch.Exemplar;
        output.ResetWrittenCount();
        output.Write("{"u8);
        double value = 0;
        long? time = null;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2:
                    WriteLabel(output, reader.ReadBytes());
                    break;
                case (2 << 3) | 1:
                    value = reader.ReadDouble();
                    break;
                case (3 << 3) | 2:
                    time = ProtobufTime.Read(reader.ReadBytes());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        output.Write("} "u8);
        Encoding.UTF8.GetBytes(SampleValue.Format(value), output);
        if (time is { } milliseconds)
        {
            Encoding.UTF8.GetBytes($" {(milliseconds < 0 ? "-" : "")}{Math.Abs(milliseconds) / 1000}.{Math.Abs(milliseconds) % 1000:000}", output);
        }
        return Utf8.IsValid(output.WrittenSpan) ? output.WrittenSpan : default;
    }

    /// <summary>Help and units as the text formats would have them, since that is what is read of metadata.</summary>
    public static ReadOnlySpan<byte> Metadata(ProtobufScratch scratch, ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0)
        {
            return text;
        }
        scratch.Metadata.ResetWrittenCount();
        SeriesText.WriteEscaped(scratch.Metadata, text);
        return scratch.Metadata.WrittenSpan;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> piece)
    {
        if (!rest.StartsWith(piece))
        {
            return false;
        }
        rest = rest[piece.Length..];
        return true;
    }

    private static bool TryTakeQuoted(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> piece)
    {
        if (rest.Length < piece.Length + 2 || rest[0] != '"' || rest[piece.Length + 1] != '"' || !rest.Slice(1, piece.Length).SequenceEqual(piece) || piece.ContainsAny(Escaped))
        {
            return false;
        }
        rest = rest[(piece.Length + 2)..];
        return true;
    }

    private static void WriteLabel(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> pair)
    {
        LabelFields.Read(pair, out var name, out var value);
        // Always in quotes, so that any name can stand here.
        output.Write("\""u8);
        SeriesText.WriteEscaped(output, name);
        output.Write("\"=\""u8);
        SeriesText.WriteEscaped(output, value);
        output.Write("\","u8);
    }
}
