using Touchline.PromQL.Caching;
using Touchline.PromQL.Evaluation;
using Touchline.PromQL.Evaluation.Explaining;
using Touchline.PromQL.Evaluation.Planning;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL;

/// <summary>Evaluates queries over a store. At most <see cref="PromQLOptions.MaxConcurrency"/> run at once, others wait, and their timeout runs.</summary>
public sealed class PromQLEngine : IQueryEngine, IDisposable
{
    private readonly IMetricQueryable _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _running;
    private readonly ParsedQueries _parsed;
    private readonly CoreShare _cores;
    private readonly CachedRanges _cached;

    public PromQLEngine(IMetricQueryable store, PromQLOptions options, TimeProvider time)
    {
        (_store, Options, _time) = (store, options, time);
        _running = new SemaphoreSlim(options.MaxConcurrency);
        _parsed = new ParsedQueries(options.Features);
        _cores = new CoreShare(() => options.MaxConcurrency - _running.CurrentCount);
        RangeCache = new RangeCache(options.RangeCacheBytes);
        _cached = new CachedRanges(RangeCache, store);
    }

    public PromQLOptions Options { get; }

    /// <summary>What is kept of the answers of range queries.</summary>
    public RangeCache RangeCache { get; }

    public QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken) =>
        _parsed.Use(query, expr => Query(expr, query, timeMs, limits, cancellationToken));

    /// <summary>Evaluates a parsed query, as rules keep them. The rest as <see cref="Query(string, long, QueryLimits, CancellationToken)"/>.</summary>
    public QueryResult Query(Expr query, long timeMs, QueryLimits limits, CancellationToken cancellationToken) => Query(query, null, timeMs, limits, cancellationToken);

    public QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) =>
        _parsed.Use(query, expr =>
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepMs);
            if (limits.IsComputed || limits.Explains || limits.CountsSteps || !_cached.CanAnswer(expr))
            {
                return QueryRange(expr, query, startMs, endMs, stepMs, limits, cancellationToken);
            }
            var grid = StepGrid.Between(startMs, endMs, stepMs, Options.MaxSamples);
            var key = new RangeKey(query, stepMs, startMs % stepMs, endMs - grid.EndMs, Lookback(limits), Options.DefaultSubqueryStepMs);
            return _cached.Answer(key, expr, grid, part => QueryRange(expr, query, part.StartMs, endMs, stepMs, limits, cancellationToken));
        });

    /// <summary>Evaluates a parsed query. The rest as <see cref="QueryRange(string, long, long, long, QueryLimits, CancellationToken)"/>.</summary>
    public QueryResult QueryRange(Expr query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) =>
        QueryRange(query, null, startMs, endMs, stepMs, limits, cancellationToken);

    public void Dispose() => _running.Dispose();

    private QueryResult Query(Expr query, string? text, long timeMs, QueryLimits limits, CancellationToken cancellationToken)
    {
        var settings = new PlanSettings(timeMs, timeMs, 0, Lookback(limits), Options.DefaultSubqueryStepMs) { MaxSteps = Options.MaxSamples };
        return Run(query, text, settings, StepGrid.Instant(timeMs), limits, cancellationToken);
    }

    private QueryResult QueryRange(Expr query, string? text, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepMs);
        if (query.Type is ExprType.Matrix or ExprType.String)
        {
            var kind = query.Type == ExprType.Matrix ? "range vector" : "string";
            throw new PromQLEvaluationException(
                QueryErrorKind.InvalidQuery, $"invalid expression type \"{kind}\" for range query, must be Scalar or instant Vector");
        }
        var settings = new PlanSettings(startMs, endMs, stepMs, Lookback(limits), Options.DefaultSubqueryStepMs) { MaxSteps = Options.MaxSamples };
        return Run(query, text, settings, StepGrid.Between(startMs, endMs, stepMs, settings.MaxSteps), limits, cancellationToken);
    }

    private long Lookback(QueryLimits limits) => limits.LookbackDeltaMs ?? Options.LookbackDeltaMs;

    private QueryResult Run(Expr query, string? text, PlanSettings settings, StepGrid grid, QueryLimits limits, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var deadline = new QueryDeadline(limits.TimeoutMs ?? Options.TimeoutMs, _time, cancellationToken);
        WaitForTurn(deadline);
        try
        {
            var annotations = new AnnotationSink();
            var budget = new SampleBudget(Options.MaxSamples);
            var tally = new SampleTally(limits.CountsSteps && Options.Features.HasFlag(PromQLFeatures.StepStatistics) ? grid.Count : 0);
            limits.Progress?.Begin(budget);
            var resolved = DurationResolver.Resolve(query, settings.StepMs, settings.EndMs - settings.StartMs, text);
            var trace = limits.Explains || limits.MeasuresOperators ? new PlanTrace(resolved) : null;
            var bucketless = BucketlessSelector.Of(resolved);
            var planner = new Planner(settings, annotations, trace, RepeatedParts.Of(resolved, bucketless), bucketless);
            var plan = RootPlan.Of(planner, resolved, grid, isRange: settings.StepMs > 0);
            using var querier = planner.MinTimeMs <= planner.MaxTimeMs ? _store.OpenQuerier(planner.MinTimeMs, planner.MaxTimeMs) : null;
            var result = plan.Evaluate(new QueryContext(querier, budget, annotations, deadline, tally)
            {
                Cores = _cores,
                DelaysNames = Options.Features.HasFlag(PromQLFeatures.DelayedNameRemoval),
                HasTypeLabels = Options.Features.HasFlag(PromQLFeatures.TypeAndUnitLabels),
            });
            foreach (var warning in querier?.Warnings ?? [])
            {
                annotations.WarnOfStorage(warning);
            }
            foreach (var note in querier?.Notes ?? [])
            {
                annotations.InformOfStorage(note);
            }
            return result with
            {
                Annotations = annotations.All,
                Plan = trace?.Explain(),
                Statistics = new QueryStatistics(budget.Read, budget.Series, budget.Peak, _time.GetElapsedTime(started).TotalMilliseconds)
                {
                    QueryableSamples = tally.Total,
                    ChunksDecoded = budget.Chunks,
                    SamplesPerStep = [.. tally.PerStep.Select((samples, step) => new StepSamples(grid.TimeAt(step), samples))],
                },
            };
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw deadline.Failure("expression evaluation");
        }
        catch (InvalidOperationException e) when (deadline.IsOver && e.InnerException is OperationCanceledException or PromQLEvaluationException)
        {
            // Sorting wraps what its comparison throws.
            throw deadline.Failure("expression evaluation");
        }
        finally
        {
            _running.Release();
        }
    }

    private void WaitForTurn(QueryDeadline deadline)
    {
        try
        {
            _running.Wait(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw deadline.Failure("query queue");
        }
    }
}
