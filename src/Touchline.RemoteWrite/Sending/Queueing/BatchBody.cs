using Touchline.Model;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>One batch as a record of the queue has it, but for the labels of its series. Reused; not thread-safe.</summary>
internal sealed class BatchBody
{
    /// <summary>Buffers that one huge batch made larger than this are not kept for the next.</summary>
    private const int KeepBytes = 1 << 20;

    private readonly WireWriter _samples = new();
    private readonly WireWriter _histograms = new();
    private readonly WireWriter _exemplars = new();
    private readonly WireWriter _created = new();
    private readonly WireWriter _message = new();
    private readonly WireWriter _scratch = new();
    private int _exemplarCount;
    private int _createdCount;
    private uint _lastId;
    private long _lastTime;

    /// <summary>The series in the order of their samples, some of them more than once.</summary>
    public List<QueuedSeries> Series { get; } = [];

    public int SampleCount { get; private set; }

    public int HistogramCount { get; private set; }

    public int ExemplarCount => _exemplarCount;

    public long LatestTimeMs { get; private set; } = long.MinValue;

    public bool IsEmpty => SampleCount == 0 && HistogramCount == 0 && _exemplarCount == 0 && _createdCount == 0;

    public void AddSample(QueuedSeries series, long timestampMs, double value)
    {
        Note(series, timestampMs);
        _samples.WriteZigZag((long)series.Id - _lastId);
        _samples.WriteZigZag(timestampMs - _lastTime);
        _samples.WriteDouble(value);
        (_lastId, _lastTime) = (series.Id, timestampMs);
        SampleCount++;
    }

    public void AddHistogram(QueuedSeries series, long timestampMs, NativeHistogram histogram)
    {
        Note(series, timestampMs);
        // As it will be sent, so that it is encoded once, whoever it is sent to and how often.
        _message.Clear();
        HistogramFields.Write(_message, histogram, timestampMs, _scratch);
        _histograms.WriteVarint(series.Id);
        _histograms.WriteZigZag(timestampMs);
        _histograms.WriteVarint(histogram.Schema == NativeHistogram.CustomBucketsSchema ? 1UL : 0UL);
        _histograms.WriteBytes(_message.Written);
        HistogramCount++;
    }

    public void AddExemplar(QueuedSeries series, Exemplar exemplar)
    {
        Series.Add(series);
        _exemplars.WriteVarint(series.Id);
        _exemplars.WriteZigZag(exemplar.TimestampMs);
        _exemplars.WriteDouble(exemplar.Value);
        WriteLabels(_exemplars, exemplar.Labels);
        _exemplarCount++;
    }

    public void AddCreated(QueuedSeries series, long createdMs)
    {
        Series.Add(series);
        _created.WriteVarint(series.Id);
        _created.WriteZigZag(createdMs);
        _createdCount++;
    }

    /// <summary>Writes all of it.</summary>
    public void WriteTo(WireWriter record)
    {
        record.WriteVarint((ulong)_createdCount);
        record.WriteRaw(_created.Written);
        record.WriteVarint((ulong)SampleCount);
        record.WriteRaw(_samples.Written);
        record.WriteVarint((ulong)HistogramCount);
        record.WriteRaw(_histograms.Written);
        record.WriteVarint((ulong)_exemplarCount);
        record.WriteRaw(_exemplars.Written);
    }

    public void Clear()
    {
        _samples.Clear(KeepBytes);
        _histograms.Clear(KeepBytes);
        _exemplars.Clear(KeepBytes);
        _created.Clear(KeepBytes);
        Series.Clear();
        SampleCount = HistogramCount = _exemplarCount = _createdCount = 0;
        (_lastId, _lastTime) = (0, 0);
        LatestTimeMs = long.MinValue;
    }

    public static void WriteLabels(WireWriter to, Labels labels)
    {
        to.WriteVarint((ulong)labels.Count);
        foreach (var label in labels)
        {
            to.WriteText(label.Name);
            to.WriteText(label.Value);
        }
    }

    private void Note(QueuedSeries series, long timestampMs)
    {
        Series.Add(series);
        LatestTimeMs = Math.Max(LatestTimeMs, timestampMs);
    }
}
