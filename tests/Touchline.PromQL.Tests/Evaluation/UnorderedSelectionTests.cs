using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class UnorderedSelectionTests
{
    [Theory]
    [InlineData("count(m)", 3)]
    [InlineData("min((m))", 1)]
    [InlineData("max(m)", 5)]
    [InlineData("group(m)", 1)]
    [InlineData("sum(m)", 9)]
    public void Aggregation_of_everything_that_needs_no_order_asks_for_neither_order_nor_labels(string query, double expected)
    {
        var store = new WatchedStore(Data().Store);
        using var engine = new PromQLEngine(store, new PromQLOptions(), TimeProvider.System);
        Assert.Equal(expected, engine.Query(query, 10_000, QueryLimits.Default, default).Vector[0].Value);
        Assert.False(store.WasSorted);
        Assert.Equal(0, store.LabelsAsked);
    }

    [Theory]
    [InlineData("count by (i) (m)")]
    [InlineData("count without (i) (m)")]
    [InlineData("topk(1, m)")]
    [InlineData("sum(topk(1, sum by (i) (m)))")]
    [InlineData("m")]
    public void Whoever_needs_order_gets_it(string query)
    {
        var store = new WatchedStore(Data().Store);
        using var engine = new PromQLEngine(store, new PromQLOptions(), TimeProvider.System);
        engine.Query(query, 10_000, QueryLimits.Default, default);
        Assert.True(store.WasSorted);
    }

    [Theory]
    [InlineData("count by (i) (m)")]
    [InlineData("sum by (i) (rate(m[10s])) / count(count by (i) (m))")]
    public void Groups_of_a_range_query_are_sorted_at_the_end_only(string query)
    {
        var store = new WatchedStore(Data().Store);
        using var engine = new PromQLEngine(store, new PromQLOptions(), TimeProvider.System);
        engine.QueryRange(query, 0, 10_000, 5_000, QueryLimits.Default, default);
        Assert.False(store.WasSorted);
    }

    private static TestData Data() => new TestData()
        .Series(Labels.Of("__name__", "m", "i", "1"), 10_000, 1, 3)
        .Series(Labels.Of("__name__", "m", "i", "2"), 10_000, 2, 1)
        .Series(Labels.Of("__name__", "m", "i", "3"), 10_000, 3, 5);

    private sealed class WatchedStore(InMemoryStore store) : IMetricQueryable
    {
        public bool WasSorted { get; set; }

        public int LabelsAsked { get; set; }

        public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs) => new Querier(store.OpenQuerier(minTimeMs, maxTimeMs), this);
    }

    private sealed class Querier(IQuerier querier, WatchedStore owner) : IQuerier
    {
        public IReadOnlyList<string> Warnings => querier.Warnings;

        public IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken)
        {
            owner.WasSorted |= sorted;
            return [.. querier.Select(matchers, sorted, cancellationToken).Select(series => new Series(series, owner))];
        }

        public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
            querier.LabelNames(matchers, cancellationToken);

        public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) =>
            querier.LabelValues(name, matchers, cancellationToken);

        public IReadOnlyDictionary<string, MetricMetadata> Metadata() => querier.Metadata();

        public void Dispose() => querier.Dispose();
    }

    private sealed class Series(ISeries series, WatchedStore owner) : ISeries
    {
        public Labels Labels
        {
            get
            {
                owner.LabelsAsked++;
                return series.Labels;
            }
        }

        public void Read(long minTimeMs, long maxTimeMs, SampleColumns into) => series.Read(minTimeMs, maxTimeMs, into);
    }
}
