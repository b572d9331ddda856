using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>A store that lets something happen each time a series is looked up.</summary>
internal sealed class InterruptedStore(InMemoryStore store, Action interruption) : IMetricQueryable
{
    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs) => new Querier(store.OpenQuerier(minTimeMs, maxTimeMs), interruption);

    private sealed class Querier(IQuerier querier, Action interruption) : IQuerier
    {
        public IReadOnlyList<string> Warnings => querier.Warnings;

        public IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken)
        {
            interruption();
            return querier.Select(matchers, sorted, cancellationToken);
        }

        public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
            querier.LabelNames(matchers, cancellationToken);

        public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
            querier.LabelValues(name, matchers, cancellationToken);

        public IReadOnlyDictionary<string, MetricMetadata> Metadata() => querier.Metadata();

        public void Dispose() => querier.Dispose();
    }
}
