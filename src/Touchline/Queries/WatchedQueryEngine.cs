using System.Collections.Concurrent;
using System.Globalization;
using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Queries;

/// <summary>Keeps which queries run and what they cost, whoever asks. Thread-safe.</summary>
/// <param name="engine">Who answers.</param>
/// <param name="file">Where what runs survives the process; null where it could not be made.</param>
/// <param name="unfinished">What ran when the process before ended.</param>
/// <param name="time">The clock.</param>
internal sealed class WatchedQueryEngine(IQueryEngine engine, ActiveQueryFile? file, IReadOnlyList<NotedQuery> unfinished, TimeProvider time)
    : IQueryEngine, IDisposable
{
    private readonly ConcurrentDictionary<long, RunningQuery> _running = new();
    private long _last;

    public PromQLOptions Options => engine.Options;

    /// <summary>Longest running first.</summary>
    public IReadOnlyList<RunningQuery> Running => [.. _running.Values.OrderBy(q => q.Id)];

    public IReadOnlyList<NotedQuery> Unfinished => unfinished;

    public QueryLedger Ledger { get; } = new();

    /// <summary>Begins the file of what runs, and tells what the process before was at when it ended.</summary>
    public static WatchedQueryEngine Over(IQueryEngine engine, string dataDirectory, ILogger logger, TimeProvider time)
    {
        IReadOnlyList<NotedQuery> unfinished = [];
        ActiveQueryFile? file = null;
        try
        {
            // Those that wait for their turn are noted too.
            file = ActiveQueryFile.Open(dataDirectory, 2 * engine.Options.MaxConcurrency, out unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("Which queries run is not noted, should this process crash: {Reason}", e.Message);
        }
        foreach (var query in unfinished)
        {
            logger.LogWarning(
                "A query was running when the last process ended: {Query} from {Start} to {End}, step {Step}, begun {Began}",
                query.Text, Time(query.StartMs), Time(query.EndMs), PrometheusDuration.Format(query.StepMs), Time(query.BeganMs));
        }
        return new WatchedQueryEngine(engine, file, unfinished, time);
    }

    public void Dispose() => file?.Dispose();

    public QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken) =>
        Watch(query, timeMs, timeMs, 0, limits, watched => engine.Query(query, timeMs, watched, cancellationToken));

    public QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) =>
        Watch(query, startMs, endMs, stepMs, limits, watched => engine.QueryRange(query, startMs, endMs, stepMs, watched, cancellationToken));

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private QueryResult Watch(string text, long startMs, long endMs, long stepMs, QueryLimits limits, Func<QueryLimits, QueryResult> ask)
    {
        var progress = limits.Progress ?? new QueryProgress();
        var noted = new NotedQuery(text, startMs, endMs, stepMs, time.GetUtcNow().ToUnixTimeMilliseconds());
        var start = time.GetTimestamp();
        var running = new RunningQuery(Interlocked.Increment(ref _last), noted, start, progress);
        _running[running.Id] = running;
        var slot = file?.Note(noted) ?? -1;
        try
        {
            // Where the time goes is worth knowing of what was slow, and of that only: the clock is read twice an operator.
            var result = ask(limits with { Progress = progress, MeasuresOperators = Ledger.WasSlow(text) });
            Ledger.Add(noted, time.GetElapsedTime(start), result.Statistics, null, result.Plan);
            return result;
        }
        catch (Exception e) when (e is PromQLEvaluationException or OperationCanceledException)
        {
            Ledger.Add(noted, time.GetElapsedTime(start), null, e.Message);
            throw;
        }
        finally
        {
            file?.Clear(slot);
            _running.TryRemove(running.Id, out _);
        }
    }
}

/// <summary>A query that has not ended; <paramref name="Timestamp"/> is when it began by the clock that measures.</summary>
internal sealed record RunningQuery(long Id, NotedQuery Query, long Timestamp, QueryProgress Progress);
