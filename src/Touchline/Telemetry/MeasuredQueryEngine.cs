using Touchline.PromQL;

namespace Touchline.Telemetry;

/// <summary>Keeps the figures of all queries, whoever asks. Thread-safe.</summary>
internal sealed class MeasuredQueryEngine(IQueryEngine engine, TimeProvider time) : IQueryEngine
{
    private long _active;
    private long _finished;
    private long _failed;
    private long _samples;
    private long _ticks;

    public PromQLOptions Options => engine.Options;

    /// <summary>Queries waiting or running.</summary>
    public long Active => Interlocked.Read(ref _active);

    public long Finished => Interlocked.Read(ref _finished);

    public long Failed => Interlocked.Read(ref _failed);

    public long SamplesRead => Interlocked.Read(ref _samples);

    public TimeSpan TimeSpent => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken) =>
        Measure(() => engine.Query(query, timeMs, limits, cancellationToken));

    public QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) =>
        Measure(() => engine.QueryRange(query, startMs, endMs, stepMs, limits, cancellationToken));

    private QueryResult Measure(Func<QueryResult> query)
    {
        Interlocked.Increment(ref _active);
        var start = time.GetTimestamp();
        var answered = false;
        try
        {
            var result = query();
            answered = true;
            Interlocked.Add(ref _samples, result.Statistics.QueryableSamples);
            return result;
        }
        finally
        {
            Interlocked.Add(ref _ticks, time.GetElapsedTime(start).Ticks);
            Interlocked.Increment(ref answered ? ref _finished : ref _failed);
            Interlocked.Decrement(ref _active);
        }
    }
}
