using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Loading;

/// <summary>
/// Commits one batch that was logged before its series were known, as its writer would have done: what the store refuses is counted, and
/// the log gets it once more with the store's own references.
/// </summary>
internal sealed class UnresolvedBatch(IAppender appender) : IBatchVisitor
{
    private readonly Dictionary<uint, (SeriesRef Reference, Labels Labels)> _series = [];

    /// <summary>Whether the store took no samples for now: then nothing may be committed.</summary>
    public bool WasUnavailable { get; private set; }

    public void Series(uint reference, ref ByteReader labels) => _series[reference] = (default, BatchRecord.ReadLabels(ref labels));

    public void Metadata(string metric, MetricMetadata metadata) => appender.SetMetadata(metric, metadata);

    public void Sample(uint reference, long time, double value, bool outOfOrder)
    {
        if (_series.TryGetValue(reference, out var series))
        {
            WasUnavailable |= appender.Append(ref series.Reference, series.Labels, time, value) == AppendStatus.StorageUnavailable;
            _series[reference] = series;
        }
    }

    public void Histogram(uint reference, long time, ReadOnlySpan<byte> payload, bool outOfOrder)
    {
        if (_series.TryGetValue(reference, out var series))
        {
            WasUnavailable |= appender.AppendHistogram(ref series.Reference, series.Labels, time, HistogramCodec.Decode(payload)) == AppendStatus.StorageUnavailable;
            _series[reference] = series;
        }
    }

    public void Exemplar(uint reference, Exemplar exemplar)
    {
        if (_series.TryGetValue(reference, out var series) && !series.Reference.IsNone)
        {
            appender.AppendExemplar(series.Reference, exemplar);
        }
    }

    public void Created(uint reference, long createdMs)
    {
        if (_series.TryGetValue(reference, out var series) && !series.Reference.IsNone)
        {
            appender.SetCreated(series.Reference, createdMs);
        }
    }
}
