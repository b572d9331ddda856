using Touchline.Model;
using Touchline.PromQL.Syntax;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.PromQL.Scripts;

/// <summary>
/// Runs scripts over an in-memory store. As Prometheus's runner does, an instant query is asked again as the middle of a range query, and
/// pinned with <c>@</c> to its time while it is asked at others: each must give the same answer.
/// </summary>
/// <param name="engine">Makes the engine under test over a store.</param>
public sealed class PromQLScriptRunner(Func<IMetricQueryable, PromQLOptions, IQueryEngine> engine)
{
    private const long MinuteMs = 60_000;

    /// <summary>The engine's options: all features are on, a subquery without a step has one of a minute.</summary>
    public PromQLOptions Options { get; init; } = new() { Features = PromQLFeatures.All, DefaultSubqueryStepMs = MinuteMs };

    public ScriptReport Run(PromQLScript script, CancellationToken cancellationToken)
    {
        var outcomes = new List<ScriptOutcome>();
        var store = new InMemoryStore();
        var queries = engine(store, Options);
        foreach (var command in script.Commands)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (command)
            {
                case ClearCommand:
                    store = new InMemoryStore();
                    queries = engine(store, Options);
                    break;
                case LoadCommand load when Load(load, store) is { } failure:
                    outcomes.Add(new ScriptOutcome(load.Line, "load", failure));
                    break;
                case EvalCommand eval:
                    outcomes.Add(new ScriptOutcome(eval.Line, eval.Query, Evaluate(eval, queries, cancellationToken)));
                    break;
            }
        }
        return new ScriptReport(script.Name, outcomes);
    }

    /// <summary>Gives what is wrong, or null.</summary>
    private static string? Load(LoadCommand load, InMemoryStore store)
    {
        using var appender = store.OpenAppender();
        foreach (var series in load.Series)
        {
            SeriesRef reference = default;
            NativeHistogram? previous = null;
            for (var i = 0; i < series.Values.Count; i++)
            {
                var value = series.Values[i];
                if (value.Omitted)
                {
                    continue;
                }
                var status = value.Histogram is { } histogram
                    ? appender.AppendHistogram(ref reference, series.Labels, i * load.IntervalMs, HistogramSequence.AsStored(histogram, previous))
                    : appender.Append(ref reference, series.Labels, i * load.IntervalMs, value.Number);
                previous = value.Histogram;
                if (status is not (AppendStatus.Stored or AppendStatus.Duplicate))
                {
                    return $"line {series.Line}: {series.Labels} at {i * load.IntervalMs} ms was refused: {status}";
                }
            }
        }
        if (load.WithCustomBuckets)
        {
            try
            {
                foreach (var (labels, time, histogram) in ClassicHistograms.Convert(load))
                {
                    SeriesRef reference = default;
                    appender.AppendHistogram(ref reference, labels, time, histogram);
                }
            }
            catch (FormatException e)
            {
                return e.Message;
            }
        }
        appender.Commit();
        return null;
    }

    private static string? Evaluate(EvalCommand eval, IQueryEngine queries, CancellationToken cancellationToken)
    {
        if (eval.IsRange)
        {
            return Ask(eval, eval.Query, q => queries.QueryRange(q, eval.StartMs, eval.EndMs, eval.StepMs, QueryLimits.Default, cancellationToken), out _);
        }
        if (EvaluateInstant(eval, eval.Query, eval.TimeMs, queries, cancellationToken) is { } failure)
        {
            return failure;
        }
        foreach (var (query, time) in PinnedQueries.Of(eval, queries.Options.Features))
        {
            if (EvaluateInstant(eval, query, time, queries, cancellationToken) is { } pinned)
            {
                return $"as {query} at {time} ms: {pinned}";
            }
        }
        return null;
    }

    private static string? EvaluateInstant(EvalCommand eval, string query, long timeMs, IQueryEngine queries, CancellationToken cancellationToken)
    {
        var failure = Ask(eval, query, q => queries.Query(q, timeMs, QueryLimits.Default, cancellationToken), out var answer);
        if (failure is not null || answer is null || eval.ExpectsRangeVector || eval.String is not null || eval.Ordered || PinnedQueries.DependsOnRange(query))
        {
            return failure;
        }
        try
        {
            var range = queries.QueryRange(query, timeMs - MinuteMs, timeMs + MinuteMs, MinuteMs, QueryLimits.Default, cancellationToken);
            var different = ResultComparison.FindUnsorted(range.Matrix) ?? ResultComparison.Compare(eval, ResultComparison.AtTime(range, answer.Type, timeMs));
            return different is null ? null : $"as the middle of a range query: {different}";
        }
        catch (Exception e) when (e is PromQLEvaluationException or PromQLSyntaxException)
        {
            return $"as the middle of a range query: {e.Message}";
        }
    }

    /// <summary>Asks once and compares. The answer is null where the query was meant to fail and did.</summary>
    private static string? Ask(EvalCommand eval, string query, Func<string, QueryResult> ask, out QueryResult? answer)
    {
        answer = null;
        QueryResult result;
        try
        {
            result = ask(query);
        }
        catch (Exception e) when (e is PromQLEvaluationException or PromQLSyntaxException)
        {
            return eval.Failures is not [var expected] ? $"the query failed: {e.Message}"
                : expected.Matches(e.Message) ? null
                : $"expected to fail with {expected}, but the error is: {e.Message}";
        }
        if (eval.Failures.Count > 0)
        {
            return "expected to fail, but there is an answer";
        }
        answer = result;
        return ExpectedAnnotations.Compare(eval, query, result.Annotations) ?? ResultComparison.Compare(eval, result);
    }
}
