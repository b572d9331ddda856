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
    private static readonly byte[] Magic = "TLC2"u8.ToArray();

    private readonly List<(int Query, SeriesColumns Series)> _series = [];
    private readonly List<(int Query, SeriesColumns Series)> _histograms = [];
    private readonly List<(int Query, Annotation Annotation)> _annotations = [];
    private QueryStatistics _statistics = new(0, 0, 0, 0);
    private int _dropped;

    /// <summary>Takes the answer of one query; what is beyond the limit of series is counted and left out.</summary>
    public void Add(int query, QueryResult result)
    {
        foreach (var series in result.Matrix)
        {
            if (_series.Count + _histograms.Count >= request.SeriesLimit)
            {
                _dropped++;
                continue;
            }
            var histograms = series.Histograms?.Count(h => h is not null) ?? 0;
            if (histograms > 0)
            {
                _histograms.Add((query, series));
            }
            if (histograms == 0 || histograms < series.Timestamps.Length)
            {
                _series.Add((query, series));
            }
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
        var (heat, chosen) = Heat();
        var header = Header(heat, chosen);
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
            Write(output, column);
        }
        if (heat is not null)
        {
            Write(output, heat.Counts);
            Write(output, heat.Sums);
            foreach (var cells in heat.Cells)
            {
                Write(output, cells);
            }
        }
    }

    private static void Write(IBufferWriter<byte> output, double[] column)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<long> bits = MemoryMarshal.Cast<double, long>(column.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
        output.Write(MemoryMarshal.AsBytes(column.AsSpan()));
    }

    private (HeatMap? Heat, int? Chosen) Heat()
    {
        if (_histograms.Count == 0)
        {
            return (null, null);
        }
        var at = _histograms.Count == 1 ? 0 : _histograms.FindIndex(h => h.Series.Labels.ToString() == request.Histogram);
        var drawn = at < 0 ? _histograms : [_histograms[at]];
        return (HeatMap.Of([.. drawn.Select(h => h.Series)], request), at < 0 ? null : at);
    }

    private void FillColumn(double[] column, SeriesColumns series)
    {
        Array.Fill(column, double.NaN);
        var times = series.Timestamps.Span;
        var values = series.Values.Span;
        for (var i = 0; i < times.Length; i++)
        {
            var index = (times[i] - request.StartMs) / request.StepMs;
            if (index >= 0 && index < column.Length && series.Histograms?[i] is null)
            {
                column[index] = values[i];
            }
        }
    }

    private ArrayBufferWriter<byte> Header(HeatMap? heat, int? chosen)
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
        WriteHistograms(json, heat, chosen);
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

    private void WriteHistograms(Utf8JsonWriter json, HeatMap? heat, int? chosen)
    {
        json.WriteStartArray("histograms");
        foreach (var (query, series) in _histograms)
        {
            json.WriteStartObject();
            json.WriteNumber("query", query);
            json.WriteString("key", series.Labels.ToString());
            WriteLabels(json, series.Labels);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (heat is null)
        {
            return;
        }
        json.WriteStartObject("heat");
        if (chosen is { } index)
        {
            json.WriteNumber("chosen", index);
        }
        json.WriteBoolean("exponential", heat.IsExponential);
        json.WriteBoolean("cumulative", heat.IsCumulative);
        json.WriteStartArray("rows");
        foreach (var (lower, upper) in heat.Rows)
        {
            json.WriteStartArray();
            WriteBound(json, lower);
            WriteBound(json, upper);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // JSON has no infinity; which one is meant shows where it stands.
    private static void WriteBound(Utf8JsonWriter json, double bound)
    {
        if (double.IsFinite(bound))
        {
            json.WriteNumberValue(bound);
        }
        else
        {
            json.WriteNullValue();
        }
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
