using System.Buffers;
using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary><c>prometheus.WriteRequest</c>, version 1. Source: prompb/remote.proto and types.proto of Prometheus. Reused; not thread-safe.</summary>
internal sealed class WriteRequestReader(long seed) : IMessageReader
{
    private const uint SeriesTag = (1 << 3) | 2;
    private const uint MetadataTag = (3 << 3) | 2;
    private const uint SampleTag = (2 << 3) | 2;
    private const uint ExemplarTag = (3 << 3) | 2;
    private const uint HistogramTag = (4 << 3) | 2;

    private readonly ArrayBufferWriter<byte> _gathered = new();

    public void Read(ReadOnlySpan<byte> message, WriteBatch batch)
    {
        var reader = new WireReader(message);
        while (!reader.IsAtEnd && !batch.IsUnavailable)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case SeriesTag:
                    ReadSeries(reader.ReadBytes(), batch);
                    break;
                case MetadataTag:
                    ReadMetadata(reader.ReadBytes(), batch);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private void ReadSeries(ReadOnlySpan<byte> message, WriteBatch batch)
    {
        var labels = new TextLabels(LabelsOf(message, out var rest), seed);
        if (rest == message.Length)
        {
            return;
        }
        batch.BeginSeries(labels);
        ReadOnlySpan<byte> samples = message[rest..];
        var reader = new WireReader(samples);
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
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        ReadExemplars(samples, batch);
        batch.EndSeries();
    }

    /// <summary>
    /// The fields of the labels, which every sender writes first and one after the other; where they are scattered all the same, they are gathered.
    /// </summary>
    /// <param name="rest">Where the fields behind the labels begin.</param>
    private ReadOnlySpan<byte> LabelsOf(ReadOnlySpan<byte> message, out int rest)
    {
        var reader = new WireReader(message);
        rest = 0;
        while (!reader.IsAtEnd && reader.ReadTag() == TextLabels.Tag)
        {
            reader.ReadBytes();
            rest = reader.Position;
        }
        var tail = new WireReader(message[rest..]);
        var scattered = false;
        while (!tail.IsAtEnd)
        {
            var tag = tail.ReadTag();
            scattered |= tag == TextLabels.Tag;
            tail.Skip(tag);
        }
        return scattered ? Gather(message) : message[..rest];
    }

    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> message)
    {
        _gathered.ResetWrittenCount();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            var tag = reader.ReadTag();
            reader.Skip(tag);
            if (tag == TextLabels.Tag)
            {
                _gathered.Write(reader.Between(start, reader.Position));
            }
        }
        return _gathered.WrittenSpan;
    }

    /// <summary>After the samples, so that the series is there.</summary>
    private void ReadExemplars(ReadOnlySpan<byte> fields, WriteBatch batch)
    {
        var reader = new WireReader(fields);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag != ExemplarTag)
            {
                reader.Skip(tag);
                continue;
            }
            var message = reader.ReadBytes();
            ReadExemplar(message, out var value, out var time);
            batch.AddExemplar(new TextLabels(Gather(message), seed), value, time);
        }
    }

    private static void ReadExemplar(ReadOnlySpan<byte> message, out double value, out long timestampMs)
    {
        value = 0;
        timestampMs = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
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
    }

    private static void ReadMetadata(ReadOnlySpan<byte> message, WriteBatch batch)
    {
        var type = MetricType.Unknown;
        var (metric, help, unit) = ("", "", "");
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 1 << 3:
                    type = MetricTypes.Of(reader.ReadVarint());
                    break;
                case (2 << 3) | 2:
                    metric = batch.Texts.Get(reader.ReadBytes());
                    break;
                case (4 << 3) | 2:
                    help = batch.Texts.Get(reader.ReadBytes());
                    break;
                case (5 << 3) | 2:
                    unit = batch.Texts.Get(reader.ReadBytes());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        batch.SetMetadata(metric, new MetricMetadata(type, help, unit));
    }
}
