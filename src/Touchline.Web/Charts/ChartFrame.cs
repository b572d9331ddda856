using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Web.Charts;

/// <summary>
/// An answer to a chart: a JSON header and the values as columns of float64 that the browser uses without a copy. The layout is described in
/// docs/formats/chart-data.md.
/// </summary>
internal sealed class ChartFrame(ChartRequest request)
{
    public const string ContentType = "application/vnd.touchline.chart";
    private static readonly byte[] Magic = "TLC1"u8.ToArray();

    private readonly List<(int Query, SeriesColumns Series)> _series = [];
    private readonly List<(int Query, Annotation Annotation)> _annotations = [];
    private QueryStatistics _statistics = new(0, 0, 0, 0);
    private int _dropped;

    /// <summary>Takes the answer of one query; what is beyond the limit of series is counted and left out.</summary>
    public void Add(int query, QueryResult result)
    {
        foreach (var series in result.Matrix)
        {
            if (_series.Count == request.SeriesLimit)
            {
                _dropped++;
                continue;
            }
            _series.Add((query, series));
        }
        foreach (var annotation in result.Annotations)
        {
            _annotations.Add((query, annotation));
        }
        var cost = result.Statistics;
        _statistics = new QueryStatistics(
            _statistics.SamplesRead + cost.SamplesRead,
            _statistics.SeriesRead + cost.SeriesRead,
            Math.Max(_statistics.PeakSamples, cost.PeakSamples),
            _statistics.ElapsedMs + cost.ElapsedMs);
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        var header = Header();
        // Padded with spaces, so that the columns stand at a multiple of 8 and can be looked at in place.
        var padded = (header.WrittenCount + 7) / 8 * 8;
        var prefix = output.GetSpan(8 + padded);
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], padded);
        header.WrittenSpan.CopyTo(prefix[8..]);
        prefix[(8 + header.WrittenCount)..(8 + padded)].Fill((byte)' ');
        output.Advance(8 + padded);

        var column = new double[request.Points];
        foreach (var (_, series) in _series)
        {
            FillColumn(column, series);
            if (!BitConverter.IsLittleEndian)
            {
                Span<long> bits = MemoryMarshal.Cast<double, long>(column.AsSpan());
                BinaryPrimitives.ReverseEndianness(bits, bits);
            }
            output.Write(MemoryMarshal.AsBytes(column.AsSpan()));
        }
    }

    private void FillColumn(double[] column, SeriesColumns series)
    {
        Array.Fill(column, double.NaN);
        var times = series.Timestamps.Span;
        var values = series.Values.Span;
        for (var i = 0; i < times.Length; i++)
        {
            var index = (times[i] - request.StartMs) / request.StepMs;
            if (index >= 0 && index < column.Length)
            {
                column[index] = values[i];
            }
        }
    }

    private ArrayBufferWriter<byte> Header()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("fromMs", request.FromMs);
        json.WriteNumber("toMs", request.ToMs);
        json.WriteNumber("startMs", request.StartMs);
        json.WriteNumber("stepMs", request.StepMs);
        json.WriteNumber("points", request.Points);
        json.WriteStartArray("series");
        foreach (var (query, series) in _series)
        {
            json.WriteStartObject();
            json.WriteNumber("query", query);
            WriteLabels(json, series.Labels);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("dropped", _dropped);
        WriteAnnotations(json);
        json.WriteStartObject("statistics");
        json.WriteNumber("samplesRead", _statistics.SamplesRead);
        json.WriteNumber("seriesRead", _statistics.SeriesRead);
        json.WriteNumber("peakSamples", _statistics.PeakSamples);
        json.WriteNumber("elapsedMs", _statistics.ElapsedMs);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }

    private static void WriteLabels(Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject("labels");
        foreach (var label in labels.Span)
        {
            json.WriteString(label.Name, label.Value);
        }
        json.WriteEndObject();
    }

    private void WriteAnnotations(Utf8JsonWriter json)
    {
        json.WriteStartArray("annotations");
        foreach (var (query, annotation) in _annotations)
        {
            json.WriteStartObject();
            json.WriteNumber("query", query);
            json.WriteString("level", annotation.Level == AnnotationLevel.Warning ? "warning" : "info");
            json.WriteString("message", annotation.Message);
            json.WriteNumber("start", annotation.Span.Start);
            json.WriteNumber("end", annotation.Span.End);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
