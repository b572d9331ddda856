using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Series;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>Reads what <see cref="BatchBody"/> and the queue wrote.</summary>
internal static class QueueRecord
{
    /// <exception cref="MalformedMessageException">The payload is not what a record looks like.</exception>
    public static void Read(ReadOnlySpan<byte> payload, IQueueVisitor into, TextCache texts)
    {
        var reader = new WireReader(payload);
        for (var series = reader.ReadVarint(); series > 0; series--)
        {
            var id = (uint)reader.ReadVarint();
            var labels = ReadLabels(ref reader, texts);
            into.Series(id, labels, reader.ReadZigZag());
        }
        for (var created = reader.ReadVarint(); created > 0; created--)
        {
            var id = (uint)reader.ReadVarint();
            into.Created(id, reader.ReadZigZag());
        }
        ReadSamples(ref reader, into);
        for (var histograms = reader.ReadVarint(); histograms > 0; histograms--)
        {
            var id = (uint)reader.ReadVarint();
            var time = reader.ReadZigZag();
            var hasCustomBuckets = reader.ReadVarint() != 0;
            into.Histogram(id, time, hasCustomBuckets, reader.ReadBytes());
        }
        for (var exemplars = reader.ReadVarint(); exemplars > 0; exemplars--)
        {
            var id = (uint)reader.ReadVarint();
            var time = reader.ReadZigZag();
            var value = reader.ReadDouble();
            into.Exemplar(id, new Exemplar(ReadLabels(ref reader, texts), value, time));
        }
    }

    private static void ReadSamples(ref WireReader reader, IQueueVisitor into)
    {
        long id = 0;
        long time = 0;
        for (var samples = reader.ReadVarint(); samples > 0; samples--)
        {
            id += reader.ReadZigZag();
            time += reader.ReadZigZag();
            into.Sample((uint)id, time, reader.ReadDouble());
        }
    }

    private static Labels ReadLabels(ref WireReader reader, TextCache texts)
    {
        var labels = new List<Label>();
        for (var count = reader.ReadVarint(); count > 0; count--)
        {
            var name = texts.Get(reader.ReadBytes());
            labels.Add(new Label(name, texts.Get(reader.ReadBytes())));
        }
        return Labels.FromSorted([.. labels]);
    }
}
