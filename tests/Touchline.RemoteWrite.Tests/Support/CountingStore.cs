using Touchline.Model;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests.Support;

/// <summary>A store that counts and forgets, without an allocation of its own; or that takes nothing.</summary>
internal sealed class CountingStore : IMetricAppendable
{
    private readonly Dictionary<Labels, ulong> _series = [];

    public bool Refuses { get; init; }

    public int Samples { get; private set; }

    public List<Exemplar> Exemplars { get; } = [];

    public IAppender OpenAppender() => new Appender(this);

    private sealed class Appender(CountingStore store) : IAppender
    {
        public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value)
        {
            if (store.Refuses)
            {
                return AppendStatus.StorageUnavailable;
            }
            if (series.IsNone)
            {
                if (labels is null)
                {
                    return AppendStatus.InvalidLabels;
                }
                if (!store._series.TryGetValue(labels, out var number))
                {
                    store._series[labels] = number = (ulong)store._series.Count + 1;
                }
                series = new SeriesRef(number);
            }
            store.Samples++;
            return AppendStatus.Stored;
        }

        public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
            Append(ref series, labels, timestampMs, 0);

        public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar)
        {
            store.Exemplars.Add(exemplar);
            return AppendStatus.Stored;
        }

        public void SetMetadata(string metricName, MetricMetadata metadata)
        {
        }

        public CommitStatus Commit() => store.Refuses ? CommitStatus.StorageUnavailable : CommitStatus.Committed;

        public void Rollback()
        {
        }

        public void Dispose()
        {
        }
    }
}
