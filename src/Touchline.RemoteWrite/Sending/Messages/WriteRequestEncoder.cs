using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Sending.Messages;

/// <summary><c>prometheus.WriteRequest</c>, version 1. Source: prompb/remote.proto and types.proto of Prometheus.</summary>
internal sealed class WriteRequestEncoder : IRequestEncoder
{
    private readonly SeriesChains _chains = new();
    private readonly WireWriter _message = new(64 * 1024);
    private readonly WireWriter _series = new();
    private readonly WireWriter _part = new();
    private readonly WireWriter _label = new();

    public ReadOnlyMemory<byte> Encode(IReadOnlyList<PendingSample> samples)
    {
        _message.Clear();
        _chains.Build(samples);
        foreach (var head in _chains.Heads)
        {
            _series.Clear();
            var series = samples[head].Series;
            _series.WriteRaw(series.EncodedLabels ??= Encode(series.Labels, _label));
            for (var place = head; place >= 0; place = _chains.Next(place))
            {
                WriteSample(samples[place]);
            }
            _message.BytesField(1, _series.Written);
        }
        return _message.WrittenMemory;
    }

    public ReadOnlyMemory<byte>? Encode(IReadOnlyList<KeyValuePair<string, MetricMetadata>> metadata)
    {
        _message.Clear();
        foreach (var (metric, entry) in metadata)
        {
            _part.Clear();
            _part.VarintField(1, (ulong)entry.Type);
            _part.TextField(2, metric);
            _part.TextField(4, entry.Help);
            _part.TextField(5, entry.Unit);
            _message.BytesField(3, _part.Written);
        }
        return _message.WrittenMemory;
    }

    private void WriteSample(in PendingSample sample)
    {
        switch (sample.Kind)
        {
            case SampleKind.Sample:
                _part.Clear();
                _part.DoubleField(1, sample.Value);
                _part.VarintField(2, (ulong)sample.TimestampMs);
                _series.BytesField(2, _part.Written);
                break;
            case SampleKind.Histogram:
                _series.BytesField(4, sample.Histogram);
                break;
            default:
                _part.Clear();
                _part.WriteRaw(Encode(sample.Exemplar.Labels, _label));
                _part.DoubleField(2, sample.Value);
                _part.VarintField(3, (ulong)sample.TimestampMs);
                _series.BytesField(3, _part.Written);
                break;
        }
    }

    private static byte[] Encode(Labels labels, WireWriter scratch)
    {
        var encoded = new WireWriter();
        foreach (var label in labels)
        {
            scratch.Clear();
            scratch.TextField(1, label.Name);
            scratch.TextField(2, label.Value);
            encoded.BytesField(1, scratch.Written);
        }
        return encoded.Written.ToArray();
    }
}
