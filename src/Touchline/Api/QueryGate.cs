using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>
/// Lets queries of the API to the engine, as many at once as it takes, the rest waiting without holding a thread; keeps the figures of
/// all of them. Thread-safe.
/// </summary>
internal sealed class QueryGate(IQueryEngine engine, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(engine.Options.MaxConcurrency);
    private long _active;
    private long _finished;
    private long _failed;
    private long _samples;
    private long _ticks;

    public IQueryEngine Engine => engine;

    /// <summary>Queries waiting or running.</summary>
    public long Active => Interlocked.Read(ref _active);

    public long Finished => Interlocked.Read(ref _finished);

    public long Failed => Interlocked.Read(ref _failed);

    public long SamplesRead => Interlocked.Read(ref _samples);

    public TimeSpan TimeSpent => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public async Task<(QueryResult Result, QueryTimings Timings)> RunAsync(
        Func<IQueryEngine, QueryResult> query, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _active);
        var start = time.GetTimestamp();
        try
        {
            if (!await _free.WaitAsync(timeout, cancellationToken))
            {
                throw new PromQLEvaluationException(QueryErrorKind.Timeout, "query timed out in query queue");
            }
            try
            {
                var queued = time.GetElapsedTime(start);
                var result = query(engine);
                var total = time.GetElapsedTime(start);
                Interlocked.Add(ref _samples, result.Statistics.SamplesRead);
                Interlocked.Increment(ref _finished);
                return (result, new QueryTimings(result.Statistics, queued, total));
            }
            finally
            {
                _free.Release();
            }
        }
        catch
        {
            Interlocked.Increment(ref _failed);
            throw;
        }
        finally
        {
            Interlocked.Add(ref _ticks, time.GetElapsedTime(start).Ticks);
            Interlocked.Decrement(ref _active);
        }
    }

    public void Dispose() => _free.Dispose();
}
