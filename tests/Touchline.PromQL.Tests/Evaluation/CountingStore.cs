using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>A store that counts how often series are read, and lets something happen at one of the reads.</summary>
internal sealed class CountingStore(InMemoryStore store, int interruptedRead, Action interruption) : IMetricQueryable
{
    private readonly Lock _counting = new();
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs) => new Querier(store.OpenQuerier(minTimeMs, maxTimeMs), this);

    private void Count()
    {
        // Readers on other cores wait until it has happened, so that each has at most the series that it was at.
        lock (_counting)
        {
            if (++_reads == interruptedRead)
            {
                interruption();
            }
        }
    }

    private sealed class Querier(IQuerier querier, CountingStore owner) : IQuerier
    {
        public IReadOnlyList<string> Warnings => querier.Warnings;

        public IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken) =>
            [.. querier.Select(matchers, sorted, cancellationToken).Select(series => new Series(series, owner))];

        public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
            querier.LabelNames(matchers, cancellationToken);

        public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
            querier.LabelValues(name, matchers, cancellationToken);

        public IReadOnlyDictionary<string, MetricMetadata> Metadata() => querier.Metadata();

        public void Dispose() => querier.Dispose();
    }

    private sealed class Series(ISeries series, CountingStore owner) : ISeries
    {
        public Labels Labels => series.Labels;

        public void Read(long minTimeMs, long maxTimeMs, SampleColumns into)
        {
            series.Read(minTimeMs, maxTimeMs, into);
            owner.Count();
        }
    }
}
