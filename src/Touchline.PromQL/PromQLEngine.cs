using Touchline.Storage;

namespace Touchline.PromQL;

/// <summary>Evaluates queries over a store. At most <see cref="PromQLOptions.MaxConcurrency"/> run at once, others wait.</summary>
public sealed class PromQLEngine(IMetricQueryable store, PromQLOptions options, TimeProvider time) : IQueryEngine
{
    public PromQLOptions Options { get; } = options;

    public QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken)
    {
        _ = (store, time);
        throw new NotImplementedException();
    }

    public QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
