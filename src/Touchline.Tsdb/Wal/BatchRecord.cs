using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Wal;

/// <summary>A committed batch as one record, so that it is in the log whole or not at all. Format: docs/formats/wal.md, "Batch".</summary>
internal static class BatchRecord
{
    /// <summary>In the first form of samples.</summary>
    private const int HistogramFlag = 1;

    /// <summary>Writes the record with its header, ready for the file.</summary>
    public static void Write(
        ByteBuffer to,
        IReadOnlyCollection<(uint Reference, Labels Labels)> series,
        List<(string Metric, MetricMetadata Metadata)> metadata,
        List<PendingSample> samples,
        List<(uint Series, Exemplar Exemplar)> exemplars,
        List<PendingSample>? outOfOrder = null,
        List<(uint Series, long CreatedMs)>? created = null,
        WalRecordType type = WalRecordType.Batch)
    {
        to.Clear();
        to.Reserve(WalFormat.RecordHeaderLength);
        to.WriteVarint((ulong)series.Count);
        foreach (var (reference, labels) in series)
        {
            to.WriteVarint(reference);
            WriteLabels(to, labels);
        }
        to.WriteVarint((ulong)metadata.Count);
        foreach (var (metric, entry) in metadata)
        {
            to.WriteString(metric);
            to.WriteByte((byte)entry.Type);
            to.WriteString(entry.Help);
            to.WriteString(entry.Unit);
        }
        LoggedSamples.Write(to, CollectionsMarshal.AsSpan(samples));
        to.WriteVarint((ulong)exemplars.Count);
        foreach (var (owner, exemplar) in exemplars)
        {
            to.WriteVarint(owner);
            to.WriteZigZag(exemplar.TimestampMs);
            to.WriteDouble(exemplar.Value);
            WriteLabels(to, exemplar.Labels);
        }
        // What is rare stands at the end, where a record without it just ends earlier.
        if (outOfOrder is { Count: > 0 } || created is { Count: > 0 })
        {
            LoggedSamples.Write(to, CollectionsMarshal.AsSpan(outOfOrder));
        }
        if (created is { Count: > 0 })
        {
            to.WriteVarint((ulong)created.Count);
            foreach (var (owner, time) in created)
            {
                to.WriteVarint(owner);
                to.WriteZigZag(time);
            }
        }
        WalFormat.Seal(to, type);
    }

    /// <summary>Hands the parts of a record to the replay, in the order in which they were committed.</summary>
    /// <param name="firstForm">Whether samples are as records of type 1 have them.</param>
    /// <exception cref="CorruptDataException">The payload is not what a batch looks like.</exception>
    public static void Read(ReadOnlySpan<byte> payload, IBatchVisitor into, bool firstForm = false)
    {
        var behind = ReadSeries(payload, into);
        ReadRest(payload[behind..], into, firstForm);
    }

    /// <summary>Hands over the series of a record, and answers where the rest begins.</summary>
    /// <exception cref="CorruptDataException">The payload is not what a batch looks like.</exception>
    public static int ReadSeries(ReadOnlySpan<byte> payload, IBatchVisitor into)
    {
        var reader = new ByteReader(payload);
        for (var series = reader.ReadCount(); series > 0; series--)
        {
            into.Series((uint)reader.ReadVarint(), ref reader);
        }
        return reader.Position;
    }

    /// <summary>Hands over what follows the series.</summary>
    /// <exception cref="CorruptDataException">The payload is not what a batch looks like.</exception>
    public static void ReadRest(ReadOnlySpan<byte> rest, IBatchVisitor into, bool firstForm)
    {
        var reader = new ByteReader(rest);
        for (var metadata = reader.ReadCount(); metadata > 0; metadata--)
        {
            var metric = reader.ReadString();
            var type = (MetricType)reader.ReadByte();
            var help = reader.ReadString();
            into.Metadata(metric, new MetricMetadata(type, help, reader.ReadString()));
        }
        ReadSamples(ref reader, into, outOfOrder: false, firstForm);
        for (var exemplars = reader.ReadCount(); exemplars > 0; exemplars--)
        {
            var owner = (uint)reader.ReadVarint();
            var time = reader.ReadZigZag();
            var value = reader.ReadDouble();
            into.Exemplar(owner, new Exemplar(ReadLabels(ref reader), value, time));
        }
        if (reader.Remaining > 0)
        {
            ReadSamples(ref reader, into, outOfOrder: true, firstForm);
        }
        for (var created = reader.Remaining > 0 ? reader.ReadCount(2) : 0; created > 0; created--)
        {
            var owner = (uint)reader.ReadVarint();
            into.Created(owner, reader.ReadZigZag());
        }
    }

    public static void WriteLabels(ByteBuffer to, Labels labels)
    {
        to.WriteVarint((ulong)labels.Count);
        foreach (var label in labels)
        {
            to.WriteString(label.Name);
            to.WriteString(label.Value);
        }
    }

    public static Labels ReadLabels(ref ByteReader reader)
    {
        var labels = new Label[reader.ReadCount(2)];
        for (var i = 0; i < labels.Length; i++)
        {
            var name = reader.ReadString();
            labels[i] = new Label(name, reader.ReadString());
        }
        return Labels.FromSorted(labels);
    }

    private static void ReadSamples(ref ByteReader reader, IBatchVisitor into, bool outOfOrder, bool firstForm)
    {
        if (!firstForm)
        {
            LoggedSamples.Read(ref reader, into, outOfOrder);
            return;
        }
        long reference = 0;
        long time = 0;
        for (var samples = reader.ReadCount(3); samples > 0; samples--)
        {
            var coded = reader.ReadVarint();
            reference += PrefixVarint.UnZigZag(coded >> 1);
            time += reader.ReadZigZag();
            if ((coded & HistogramFlag) != 0)
            {
                into.Histogram((uint)reference, time, reader.ReadBytes(reader.ReadCount()), outOfOrder);
            }
            else
            {
                into.Sample((uint)reference, time, reader.ReadDouble(), outOfOrder);
            }
        }
    }
}
