using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Scraping.Tests.Support;

/// <summary>A store whose disk is full while it says so.</summary>
internal sealed class RefusingStore(IMetricAppendable inner) : IMetricAppendable
{
    public bool RefusesSamples { get; set; }

    public bool RefusesCommits { get; set; }

    /// <summary>Throws where a store should never throw.</summary>
    public bool IsBroken { get; set; }

    public int OpenAppenders { get; private set; }

    public IAppender OpenAppender()
    {
        if (IsBroken)
        {
            throw new InvalidOperationException("the store is broken");
        }
        OpenAppenders++;
        return new Appender(this, inner.OpenAppender());
    }

    private sealed class Appender(RefusingStore store, IAppender inner) : IAppender
    {
        public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value) =>
            store.RefusesSamples ? AppendStatus.StorageUnavailable : inner.Append(ref series, labels, timestampMs, value);

        public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
            inner.AppendHistogram(ref series, labels, timestampMs, histogram);

        public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar) => inner.AppendExemplar(series, exemplar);

        public void SetMetadata(string metricName, MetricMetadata metadata) => inner.SetMetadata(metricName, metadata);

        public CommitStatus Commit()
        {
            if (store.RefusesCommits)
            {
                inner.Rollback();
                return CommitStatus.StorageUnavailable;
            }
            return inner.Commit();
        }

        public void Rollback() => inner.Rollback();

        public void Dispose()
        {
            store.OpenAppenders--;
            inner.Dispose();
        }
    }
}
