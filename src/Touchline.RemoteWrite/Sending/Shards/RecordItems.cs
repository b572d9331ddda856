using Touchline.Configuration;
using Touchline.Configuration.Relabelling;
using Touchline.Model;
using Touchline.Model.Protobuf;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.RemoteWrite.Series;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>Makes of the queue's records what one remote gets: its relabelling is done here, once a series and file. Not thread-safe.</summary>
internal sealed class RecordItems(RemoteWriteConfig config, Labels externalLabels, RemoteFigures figures, SentBefore sentBefore) : IQueueVisitor
{
    /// <summary>A list that one huge record made larger is not kept.</summary>
    private const int KeepItems = 16 * 1024;

    private readonly TextCache _texts = new();
    private readonly LabelsBuilder _builder = new();
    private readonly Dictionary<uint, RemoteSeries?> _byId = [];
    private Dictionary<Labels, RemoteSeries?> _known = [];
    private Dictionary<Labels, RemoteSeries?> _knownBefore = [];
    private RecordProgress? _record;

    /// <summary>What the last record holds for the remote, in order.</summary>
    public List<PendingSample> Items { get; private set; } = [];

    /// <summary>The latest time of a sample that was read, ms since the Unix epoch.</summary>
    public long HighestReadMs { get; private set; }

    /// <summary>Samples that were read, those included that the remote does not get.</summary>
    public long SamplesRead { get; private set; }

    /// <summary>Begins a file, whose numbers of series are its own.</summary>
    public void BeginFile()
    {
        (_known, _knownBefore) = ([], _known);
        _byId.Clear();
    }

    /// <summary>Reads a record of which only the series are of interest.</summary>
    /// <exception cref="MalformedMessageException">It is no record.</exception>
    public void Skip(ReadOnlySpan<byte> payload) => Read(payload, null);

    /// <summary>Reads a record into <see cref="Items"/>.</summary>
    /// <exception cref="MalformedMessageException">It is no record.</exception>
    public void Read(ReadOnlySpan<byte> payload, RecordProgress? record)
    {
        Items.Clear();
        if (Items.Capacity > KeepItems)
        {
            Items = [];
        }
        _record = record;
        QueueRecord.Read(payload, this, _texts);
    }

    public void Series(uint id, Labels labels, long createdMs)
    {
        if (!_known.TryGetValue(labels, out var series))
        {
            if (!_knownBefore.TryGetValue(labels, out series))
            {
                series = Relabel(labels);
            }
            _known[labels] = series;
        }
        _byId[id] = series;
        if (series is not null && createdMs != 0)
        {
            series.CreatedMs = createdMs;
        }
    }

    public void Created(uint series, long createdMs)
    {
        if (_byId.GetValueOrDefault(series) is { } known)
        {
            known.CreatedMs = createdMs;
        }
    }

    public void Sample(uint series, long timestampMs, double value)
    {
        if (_record is not null)
        {
            Note(timestampMs);
            Add(series, SampleKind.Sample, timestampMs, value, null);
        }
    }

    public void Histogram(uint series, long timestampMs, bool hasCustomBuckets, ReadOnlySpan<byte> message)
    {
        if (_record is null || !config.SendNativeHistograms)
        {
            return;
        }
        Note(timestampMs);
        if (hasCustomBuckets && config.Message == RemoteWriteMessageType.One)
        {
            figures.AddDropped(DropReason.CustomBuckets, 1);
            return;
        }
        Add(series, SampleKind.Histogram, timestampMs, 0, message.ToArray());
    }

    public void Exemplar(uint series, Exemplar exemplar)
    {
        if (_record is not null && config.SendExemplars && _byId.GetValueOrDefault(series) is not null)
        {
            Add(series, SampleKind.Exemplar, exemplar.TimestampMs, exemplar.Value, exemplar);
        }
    }

    private void Note(long timestampMs)
    {
        SamplesRead++;
        HighestReadMs = Math.Max(HighestReadMs, timestampMs);
    }

    private void Add(uint series, SampleKind kind, long timestampMs, double value, object? payload)
    {
        if (_byId.GetValueOrDefault(series) is { } known)
        {
            if (sentBefore.Has(known, _record!.End))
            {
                return;
            }
            _record.Add();
            Items.Add(new PendingSample(known, kind, timestampMs, value, payload, _record));
        }
        else
        {
            figures.AddDropped(DropReason.DroppedSeries, 1);
        }
    }

    /// <summary>The labels as the remote gets them; null where it does not get the series.</summary>
    private RemoteSeries? Relabel(Labels labels)
    {
        _builder.Reset(labels);
        foreach (var label in externalLabels)
        {
            if (!labels.Has(label.Name))
            {
                _builder.Set(label.Name, label.Value);
            }
        }
        if (!Relabeller.Apply(_builder, config.WriteRelabelConfigs))
        {
            return null;
        }
        var made = _builder.ToLabels();
        return made.Count == 0 ? null : new RemoteSeries(made);
    }
}
