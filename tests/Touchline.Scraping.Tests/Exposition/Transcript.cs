using System.Globalization;
using System.Text;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Tests.Exposition;

/// <summary>Reads a whole body and writes down what the reader gave, an entry a line.</summary>
internal static class Transcript
{
    public static string OfText(ReadOnlySpan<byte> body, params string[] expected)
    {
        var reader = new PrometheusTextReader(body);
        return Of(ref reader, expected);
    }

    public static string OfOpenMetrics(ReadOnlySpan<byte> body, params string[] expected)
    {
        var reader = new OpenMetricsTextReader(body);
        return Of(ref reader, expected);
    }

    public static string OfProtobuf(ReadOnlySpan<byte> body, ProtobufOptions options)
    {
        var reader = new ProtobufReader(body, new ProtobufScratch(), options);
        return Of(ref reader, []);
    }

    /// <summary>A body given as text in which each character below 256 stands for that byte.</summary>
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    private static string Of<TReader>(ref TReader reader, string[] expected)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var text = new StringBuilder();
        var pool = new StringPool();
        var labels = new List<Label>();
        var step = 0;
        while (true)
        {
            var entry = reader.Next(Bytes(step < expected.Length ? expected[step] : ""));
            step++;
            switch (entry)
            {
                case ExpositionEntry.End:
                    return text.ToString().TrimEnd('\n');
                case ExpositionEntry.Error:
                    return text.Append("ERROR ").Append(reader.Error).ToString();
                case ExpositionEntry.Series or ExpositionEntry.Histogram:
                    if (!SeriesText.TryDecode(reader.Series, pool, labels, out var error))
                    {
                        return text.Append("ERROR ").Append(error).ToString();
                    }
                    text.Append(reader.IsExpectedSeries ? "= " : "").Append('{').AppendJoin(',', labels.Select(l => $"{l.Name}={l.Value}")).Append("} ");
                    text.Append(entry == ExpositionEntry.Histogram ? Of(reader.Histogram!) : SampleValue.Format(reader.Value));
                    if (reader.HasTimestamp)
                    {
                        text.Append(CultureInfo.InvariantCulture, $" @{reader.TimestampMs}");
                    }
                    if (reader.CreatedMs != CountedSince.Unknown)
                    {
                        text.Append(CultureInfo.InvariantCulture, $" since {reader.CreatedMs}");
                    }
                    for (var more = !reader.ExemplarText.IsEmpty; more; more = reader.NextExemplar())
                    {
                        Assert.True(OpenMetricsTextReader.TryReadExemplar(reader.ExemplarText, pool, -1, labels, out var exemplar));
                        text.Append(CultureInfo.InvariantCulture, $" # {exemplar!.Labels} {SampleValue.Format(exemplar.Value)} @{exemplar.TimestampMs}");
                    }
                    text.Append('\n');
                    break;
                case ExpositionEntry.Type:
                    text.Append(CultureInfo.InvariantCulture, $"TYPE {SeriesText.Unescape(reader.MetadataName)} {reader.MetadataType}\n");
                    break;
                default:
                    text.Append(CultureInfo.InvariantCulture,
                        $"{entry.ToString().ToUpperInvariant()} {SeriesText.Unescape(reader.MetadataName)} [{SeriesText.Unescape(reader.MetadataText)}]\n");
                    break;
            }
        }
    }

    private static string Of(NativeHistogram h) => string.Create(
        CultureInfo.InvariantCulture,
        $"schema {h.Schema} count {h.Count} sum {h.Sum} zero {h.ZeroCount} of {h.ZeroThreshold} "
        + $"spans {string.Join(' ', h.PositiveSpans.Select(span => $"{span.Offset}+{span.Length}"))} counts {string.Join(' ', h.PositiveBuckets)}");
}
