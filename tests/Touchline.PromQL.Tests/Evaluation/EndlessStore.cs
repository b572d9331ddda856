using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>A store of one series that gives samples for as long as it is let.</summary>
internal sealed class EndlessStore : IMetricQueryable
{
    public int Rows { get; private set; }

    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs) => new Querier(this);

    private sealed class Querier(EndlessStore owner) : IQuerier, ISeries
    {
        public Labels Labels { get; } = Labels.Of("__name__", "m");

        public IReadOnlyList<string> Warnings => [];

        public IReadOnlyList<ISeries> Select(IReadOnlyList<LabelMatcher> matchers, bool sorted, CancellationToken cancellationToken) => [this];

        public void Read(long minTimeMs, long maxTimeMs, SampleColumns into)
        {
            for (var time = minTimeMs; owner.Rows < 10_000_000; time++)
            {
                into.Add(time, 1);
                owner.Rows++;
            }
        }

        public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) => [];

        public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellationToken) => [];

        public IReadOnlyDictionary<string, MetricMetadata> Metadata() => new Dictionary<string, MetricMetadata>();

        public void Dispose()
        {
        }
    }
}
