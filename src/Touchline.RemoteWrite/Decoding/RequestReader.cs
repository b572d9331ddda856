using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary><c>io.prometheus.write.v2.Request</c>. Source: prompb/io/prometheus/write/v2/types.proto of Prometheus. Reused; not thread-safe.</summary>
internal sealed class RequestReader(long seed) : IMessageReader
{
    private const uint SymbolTag = (4 << 3) | 2;
    private const uint SeriesTag = (5 << 3) | 2;
    private const uint SampleTag = (2 << 3) | 2;
    private const uint HistogramTag = (3 << 3) | 2;
    private const uint ExemplarTag = (4 << 3) | 2;
    private const uint CreatedTag = 6 << 3;

    private readonly SymbolTable _symbols = new(seed);
    private readonly List<uint> _labels = [];
    private readonly List<uint> _exemplarLabels = [];
    private (uint Metric, MetricType Type, uint Help, uint Unit) _lastMetadata;

    public void Read(ReadOnlySpan<byte> message, WriteBatch batch)
    {
        ReadSymbols(message);
        _lastMetadata = default;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd && !batch.IsUnavailable)
        {
            var tag = reader.ReadTag();
            if (tag == SeriesTag)
            {
                ReadSeries(message, reader.ReadBytes(), batch);
            }
            else
            {
                reader.Skip(tag);
            }
        }
    }

    private void ReadSymbols(ReadOnlySpan<byte> message)
    {
        _symbols.Clear();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == SymbolTag)
            {
                var length = reader.ReadBytes().Length;
                _symbols.Add(reader.Position - length, length);
            }
            else
            {
                reader.Skip(tag);
            }
        }
    }

    private void ReadSeries(ReadOnlySpan<byte> message, ReadOnlySpan<byte> series, WriteBatch batch)
    {
        ReadHead(series, out var metadata, out var hasSamples);
        var numbers = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels);
        var labels = new SymbolLabels(message, _symbols, numbers);
        if (!hasSamples)
        {
            return;
        }
        batch.BeginSeries(labels);
        var before = batch.Counts.Samples + batch.Counts.Histograms;
        long created = 0;
        var reader = new WireReader(series);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case SampleTag:
                    SampleReader.Read(reader.ReadBytes(), out var time, out var value);
                    batch.AddSample(labels, time, value);
                    break;
                case HistogramTag:
                    batch.AddHistogram(labels, reader.ReadBytes());
                    break;
                case CreatedTag:
                    created = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        batch.SetCreated(created);
        ReadExemplars(message, series, batch);
        batch.EndSeries();
        if (!ReadMetadata(message, metadata, batch))
        {
            batch.Counts.WithoutMetadata += batch.Counts.Samples + batch.Counts.Histograms - before;
        }
    }

    /// <summary>Labels and metadata, which samples need and which may stand behind them.</summary>
    private void ReadHead(ReadOnlySpan<byte> series, out ReadOnlySpan<byte> metadata, out bool hasSamples)
    {
        _labels.Clear();
        metadata = default;
        hasSamples = false;
        var reader = new WireReader(series);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2 or 1 << 3:
                    ReadNumbers(ref reader, tag, _labels);
                    break;
                case (5 << 3) | 2:
                    metadata = reader.ReadBytes();
                    break;
                default:
                    hasSamples |= tag is SampleTag or HistogramTag;
                    reader.Skip(tag);
                    break;
            }
        }
        RequirePairs(_labels);
    }

    private static void RequirePairs(List<uint> labels)
    {
        if (labels.Count % 2 != 0)
        {
            throw new MalformedMessageException($"labels are pairs of symbols, and {labels.Count} are given");
        }
    }

    private static void ReadNumbers(ref WireReader reader, uint tag, List<uint> into)
    {
        if ((WireType)(tag & 7) == WireType.Varint)
        {
            into.Add((uint)Math.Min(uint.MaxValue, reader.ReadVarint()));
            return;
        }
        var packed = new WireReader(reader.ReadBytes());
        while (!packed.IsAtEnd)
        {
            into.Add((uint)Math.Min(uint.MaxValue, packed.ReadVarint()));
        }
    }

    private void ReadExemplars(ReadOnlySpan<byte> message, ReadOnlySpan<byte> series, WriteBatch batch)
    {
        var reader = new WireReader(series);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag != ExemplarTag)
            {
                reader.Skip(tag);
                continue;
            }
            ReadExemplar(reader.ReadBytes(), out var value, out var time);
            batch.AddExemplar(new SymbolLabels(message, _symbols, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_exemplarLabels)), value, time);
        }
    }

    private void ReadExemplar(ReadOnlySpan<byte> exemplar, out double value, out long timestampMs)
    {
        _exemplarLabels.Clear();
        value = 0;
        timestampMs = 0;
        var reader = new WireReader(exemplar);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2 or 1 << 3:
                    ReadNumbers(ref reader, tag, _exemplarLabels);
                    break;
                case (2 << 3) | 1:
                    value = reader.ReadDouble();
                    break;
                case 3 << 3:
                    timestampMs = (long)reader.ReadVarint();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        RequirePairs(_exemplarLabels);
    }

    /// <summary>False where there is none.</summary>
    private bool ReadMetadata(ReadOnlySpan<byte> message, ReadOnlySpan<byte> metadata, WriteBatch batch)
    {
        var type = MetricType.Unknown;
        uint help = 0, unit = 0;
        var reader = new WireReader(metadata);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    type = MetricTypes.Of(reader.ReadVarint());
                    break;
                case 3 << 3:
                    help = (uint)Math.Min(uint.MaxValue, reader.ReadVarint());
                    break;
                case 4 << 3:
                    unit = (uint)Math.Min(uint.MaxValue, reader.ReadVarint());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        if (type == MetricType.Unknown && help == 0 && unit == 0)
        {
            return false;
        }
        for (var i = 0; i < _labels.Count; i += 2)
        {
            if (!_symbols.Text(message, _labels[i]).SequenceEqual("__name__"u8))
            {
                continue;
            }
            // Series of a metric stand together, so that comparing with the last one spares nearly all of them the table.
            var said = (_labels[i + 1], type, help, unit);
            if (said != _lastMetadata)
            {
                _lastMetadata = said;
                var family = MetricTypes.FamilyOf(_symbols.Text(message, _labels[i + 1]), type);
                batch.SetMetadata(
                    batch.Texts.Get(family), new MetricMetadata(type, batch.Texts.Get(_symbols.Text(message, help)), batch.Texts.Get(_symbols.Text(message, unit))));
            }
            break;
        }
        return true;
    }
}
