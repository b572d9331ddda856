using System.Buffers;
using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.Scraping.Families;

/// <summary>
/// Writes families in the protobuf format, the only one that has native histograms: messages <c>MetricFamily</c>, each behind its length. Keeps
/// its buffers from family to family; not thread-safe. Source: io/prometheus/client/metrics.proto.
/// </summary>
public sealed class FamilyMessageWriter
{
    /// <summary>The value of the Content-Type header.</summary>
    public const string ContentType = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    private readonly WireWriter _family = new();
    private readonly WireWriter _metric = new();
    private readonly WireWriter _value = new();
    private readonly WireWriter _part = new();
    private readonly WireWriter _length = new(16);

    public void Write(MetricFamily family, IBufferWriter<byte> output)
    {
        _family.Clear();
        _family.TextField(1, family.Name);
        if (family.Help is { } help)
        {
            _family.TextField(2, help);
        }
        _family.VarintField(3, family.Type switch
        {
            MetricType.Counter => 0,
            MetricType.Summary => 2,
            MetricType.Histogram => 4,
            MetricType.GaugeHistogram => 5,
            MetricType.Unknown => 3,
            _ => 1UL,
        });
        foreach (var metric in family.Metrics)
        {
            WriteMetric(metric, family.Type);
            _family.BytesField(4, _metric.Written);
        }
        _length.Clear();
        _length.WriteVarint((ulong)_family.Length);
        output.Write(_length.Written);
        output.Write(_family.Written);
    }

    private void WriteMetric(FamilyMetric metric, MetricType type)
    {
        _metric.Clear();
        foreach (var label in metric.Labels)
        {
            _part.Clear();
            _part.TextField(1, label.Name);
            _part.TextField(2, label.Value);
            _metric.BytesField(1, _part.Written);
        }
        _value.Clear();
        switch (type)
        {
            case MetricType.Histogram or MetricType.GaugeHistogram:
                WriteHistogram(metric);
                _metric.BytesField(7, _value.Written);
                break;
            case MetricType.Summary:
                WriteSummary(metric);
                _metric.BytesField(4, _value.Written);
                break;
            default:
                _value.DoubleField(1, metric.Value);
                _metric.BytesField(type switch { MetricType.Counter => 3, MetricType.Unknown => 5, _ => 2 }, _value.Written);
                break;
        }
        if (metric.TimestampMs is { } time)
        {
            _metric.VarintField(6, (ulong)time);
        }
    }

    private void WriteSummary(FamilyMetric metric)
    {
        _value.VarintField(1, Whole(metric.Count));
        _value.DoubleField(2, metric.Sum);
        foreach (var (quantile, value) in metric.Points)
        {
            _part.Clear();
            _part.DoubleField(1, quantile);
            _part.DoubleField(2, value);
            _value.BytesField(3, _part.Written);
        }
    }

    private void WriteHistogram(FamilyMetric metric)
    {
        var isFloat = metric.Native?.IsFloat ?? !IsWhole(metric.Count);
        if (isFloat)
        {
            _value.DoubleField(4, metric.Count);
        }
        else
        {
            _value.VarintField(1, Whole(metric.Count));
        }
        _value.DoubleField(2, metric.Sum);
        foreach (var (bound, count) in metric.Points)
        {
            _part.Clear();
            if (IsWhole(count))
            {
                _part.VarintField(1, Whole(count));
            }
            else
            {
                _part.DoubleField(4, count);
            }
            _part.DoubleField(2, bound);
            _value.BytesField(3, _part.Written);
        }
        if (metric.Native is { } native)
        {
            WriteNative(native);
        }
    }

    private void WriteNative(NativeHistogram native)
    {
        _value.ZigZagField(5, native.Schema);
        _value.DoubleField(6, native.ZeroThreshold);
        if (native.IsFloat)
        {
            _value.DoubleField(8, native.ZeroCount);
        }
        else
        {
            _value.VarintField(7, Whole(native.ZeroCount));
        }
        // Without observations, an empty span is what tells it from a classic one.
        var positive = native is { PositiveSpans: [], NegativeSpans: [], ZeroThreshold: 0, ZeroCount: 0 } ? [new BucketSpan(0, 0)] : native.PositiveSpans;
        BucketFields.WriteSide(_value, _part, 9, native.NegativeSpans, native.NegativeBuckets, native.IsFloat);
        BucketFields.WriteSide(_value, _part, 12, positive, native.PositiveBuckets, native.IsFloat);
    }

    private static bool IsWhole(double count) => count >= 0 && count <= 1UL << 53 && count == Math.Floor(count);

    /// <summary>The format has no other counts for summaries; a number that is no count is none.</summary>
    private static ulong Whole(double count) => count >= 0 ? (ulong)count : 0;
}
