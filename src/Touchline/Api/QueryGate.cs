using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>Lets queries of the API to the engine, as many at once as it takes; the rest wait without holding a thread. Thread-safe.</summary>
internal sealed class QueryGate(IQueryEngine engine, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(engine.Options.MaxConcurrency);
    private long _waiting;

    public IQueryEngine Engine => engine;

    public long Waiting => Interlocked.Read(ref _waiting);

    public async Task<(QueryResult Result, QueryTimings Timings)> RunAsync(
        Func<IQueryEngine, QueryResult> query, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        Interlocked.Increment(ref _waiting);
        try
        {
            if (!await _free.WaitAsync(timeout, cancellationToken))
            {
                throw new PromQLEvaluationException(QueryErrorKind.Timeout, "query timed out in query queue");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            var queued = time.GetElapsedTime(start);
            var result = query(engine);
            return (result, new QueryTimings(result.Statistics, queued, time.GetElapsedTime(start)));
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
