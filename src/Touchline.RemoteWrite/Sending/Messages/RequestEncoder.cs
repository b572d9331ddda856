using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Sending.Shards;

namespace Touchline.RemoteWrite.Sending.Messages;

/// <summary>
/// <c>io.prometheus.write.v2.Request</c>. Source: the specification of remote write 2.0, and prompb/io/prometheus/write/v2/types.proto of
/// Prometheus.
/// </summary>
internal sealed class RequestEncoder(MetadataBook book) : IRequestEncoder
{
    private readonly SeriesChains _chains = new();
    private readonly SymbolNumbers _symbols = new();
    private readonly WireWriter _message = new(64 * 1024);
    private readonly WireWriter _allSeries = new(64 * 1024);
    private readonly WireWriter _series = new();
    private readonly WireWriter _part = new();
    private readonly WireWriter _numbers = new();

    public ReadOnlyMemory<byte> Encode(IReadOnlyList<PendingSample> samples)
    {
        _symbols.Clear();
        _allSeries.Clear();
        _chains.Build(samples);
        foreach (var head in _chains.Heads)
        {
            _series.Clear();
            var series = samples[head].Series;
            WriteLabels(_series, series.Labels);
            for (var place = head; place >= 0; place = _chains.Next(place))
            {
                WriteSample(samples[place]);
            }
            WriteMetadata(series);
            if (series.CreatedMs != 0)
            {
                _series.VarintField(6, (ulong)series.CreatedMs);
            }
            _allSeries.BytesField(5, _series.Written);
        }
        _message.Clear();
        _symbols.WriteTo(_message, 4);
        _message.WriteRaw(_allSeries.Written);
        return _message.WrittenMemory;
    }

    /// <summary>Version 2 has metadata with each series, and nowhere else.</summary>
    public ReadOnlyMemory<byte>? Encode(IReadOnlyList<KeyValuePair<string, MetricMetadata>> metadata) => null;

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
                _series.BytesField(3, sample.Histogram);
                break;
            default:
                _part.Clear();
                WriteLabels(_part, sample.Exemplar.Labels);
                _part.DoubleField(2, sample.Value);
                _part.VarintField(3, (ulong)sample.TimestampMs);
                _series.BytesField(4, _part.Written);
                break;
        }
    }

    private void WriteLabels(WireWriter to, Labels labels)
    {
        _numbers.Clear();
        foreach (var label in labels)
        {
            _numbers.WriteVarint(_symbols.Of(label.Name));
            _numbers.WriteVarint(_symbols.Of(label.Value));
        }
        to.BytesField(1, _numbers.Written);
    }

    private void WriteMetadata(RemoteSeries series)
    {
        var version = book.Version;
        if (series.Metadata.Version != version)
        {
            series.Metadata = (version, book.Find(series.Labels.MetricName));
        }
        if (series.Metadata.Metadata is not { } metadata)
        {
            return;
        }
        _part.Clear();
        _part.VarintField(1, (ulong)metadata.Type);
        _part.VarintField(3, _symbols.Of(metadata.Help));
        _part.VarintField(4, _symbols.Of(metadata.Unit));
        _series.BytesField(5, _part.Written);
    }
}
