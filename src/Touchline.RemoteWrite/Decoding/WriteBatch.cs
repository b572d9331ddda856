using Touchline.Model;
using Touchline.RemoteWrite.Series;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>
/// Puts decoded parts of one message into one batch of the store. A series is resolved once, by the hash of its labels; only where
/// that is not known, or the store has forgotten it, are its labels decoded. Reused from message to message; not thread-safe.
/// </summary>
internal sealed class WriteBatch : IDisposable
{
    private readonly IAppender _appender;
    private readonly KnownSeries _known;
    private readonly Refusals _refusals = new();
    private readonly LabelList _labelList;
    private readonly HistogramReader _histograms = new();
    private UInt128 _hash;
    private SeriesRef _series;
    private SeriesRef _knownAs;
    private Labels? _labels;
    private byte _now;

    public WriteBatch(IAppender appender, KnownSeries known)
    {
        _appender = appender;
        _known = known;
        Texts = new TextCache();
        _labelList = new LabelList(Texts);
    }

    public TextCache Texts { get; }

    public MessageCounts Counts { get; } = new();

    /// <summary>Whether the store takes nothing for now, so that the rest of the message is pointless.</summary>
    public bool IsUnavailable { get; private set; }

    public string Refused => _refusals.Any ? _refusals.ToString() : "";

    public void Begin()
    {
        _refusals.Clear();
        Counts.Clear();
        IsUnavailable = false;
        _now = _known.Now();
    }

    /// <summary>What follows until the next call belongs to the series with these labels; they are given again with each part.</summary>
    public void BeginSeries<TLabels>(in TLabels labels)
        where TLabels : IEncodedLabels, allows ref struct
    {
        _hash = labels.Hash();
        _series = _knownAs = _known.Find(_hash, _now);
        _labels = null;
    }

    public void EndSeries()
    {
        if (_series != _knownAs && !_series.IsNone)
        {
            _known.Set(_hash, _series, _now);
        }
    }

    public void AddSample<TLabels>(in TLabels labels, long timestampMs, double value)
        where TLabels : IEncodedLabels, allows ref struct
    {
        var status = AppendStatus.InvalidLabels;
        if (!_series.IsNone)
        {
            status = _appender.Append(ref _series, _labels, timestampMs, value);
        }
        if (status == AppendStatus.InvalidLabels && _labels is null && TryDecode(labels, timestampMs))
        {
            status = _appender.Append(ref _series, _labels, timestampMs, value);
        }
        else if (status == AppendStatus.InvalidLabels && _labels is null)
        {
            return;
        }
        Counts.Samples += Note(status, labels, timestampMs);
    }

    public void AddHistogram<TLabels>(in TLabels labels, ReadOnlySpan<byte> message)
        where TLabels : IEncodedLabels, allows ref struct
    {
        if (_histograms.Read(message, out var timestampMs, out var problem) is not { } histogram)
        {
            Counts.Refuse(AppendStatus.InvalidLabels);
            Refuse(problem, labels, timestampMs);
            return;
        }
        if (_labels is null && _series.IsNone && !TryDecode(labels, timestampMs))
        {
            return;
        }
        var status = _appender.AppendHistogram(ref _series, _labels, timestampMs, histogram);
        if (status == AppendStatus.InvalidLabels && _labels is null)
        {
            if (!TryDecode(labels, timestampMs))
            {
                return;
            }
            status = _appender.AppendHistogram(ref _series, _labels, timestampMs, histogram);
        }
        Counts.Histograms += Note(status, labels, timestampMs);
    }

    /// <summary>Adds an exemplar of the series. One that is not taken fails nothing, as in Prometheus.</summary>
    public void AddExemplar<TLabels>(in TLabels labels, double value, long timestampMs)
        where TLabels : IEncodedLabels, allows ref struct
    {
        if (!_series.IsNone && Decode(labels, out _) is { } own
            && _appender.AppendExemplar(_series, new Exemplar(own, value, timestampMs)) is AppendStatus.Stored or AppendStatus.Duplicate)
        {
            Counts.Exemplars++;
        }
        else
        {
            Counts.ExemplarsRefused++;
        }
    }

    /// <summary>Notes since when the series counts; 0 where it was not said.</summary>
    public void SetCreated(long createdMs)
    {
        if (createdMs > 0 && !_series.IsNone)
        {
            _appender.SetCreated(_series, createdMs);
        }
    }

    public void SetMetadata(string metric, MetricMetadata metadata)
    {
        if (metric.Length > 0)
        {
            _appender.SetMetadata(metric, metadata);
        }
    }

    public CommitStatus Commit() => _appender.Commit();

    public void Rollback() => _appender.Rollback();

    public void Dispose() => _appender.Dispose();

    private int Note<TLabels>(AppendStatus status, in TLabels labels, long timestampMs)
        where TLabels : IEncodedLabels, allows ref struct
    {
        switch (status)
        {
            case AppendStatus.Stored or AppendStatus.Duplicate:
                return 1;
            case AppendStatus.StorageUnavailable:
                IsUnavailable = true;
                return 0;
            default:
                Counts.Refuse(status);
                Refuse(Refusals.ReasonOf(status), labels, timestampMs);
                return 0;
        }
    }

    private void Refuse<TLabels>(string reason, in TLabels labels, long timestampMs)
        where TLabels : IEncodedLabels, allows ref struct
    {
        if (_refusals.Add(reason, 1))
        {
            _refusals.Explain(reason, Decode(labels, out _)?.ToString() ?? "a series", timestampMs);
        }
    }

    private bool TryDecode<TLabels>(in TLabels labels, long timestampMs)
        where TLabels : IEncodedLabels, allows ref struct
    {
        _labels = Decode(labels, out var problem);
        if (_labels is not null)
        {
            return true;
        }
        Counts.Refuse(AppendStatus.InvalidLabels);
        if (_refusals.Add(problem, 1))
        {
            _refusals.Explain(problem, "a series", timestampMs);
        }
        return false;
    }

    private Labels? Decode<TLabels>(in TLabels labels, out string problem)
        where TLabels : IEncodedLabels, allows ref struct
    {
        _labelList.Clear();
        labels.AddTo(_labelList);
        return _labelList.ToLabels(out problem);
    }
}
