using Touchline.Model;

namespace Touchline.Tsdb.Cardinality;

/// <summary>
/// Decides which new series come into the head: a budget for all of it, one for each job and one for each metric. Series that exist are never
/// touched. Counts are kept as series come and go, so that a decision costs a few look-ups at any number of series. Called under the head's
/// creation lock, but for what says otherwise.
/// </summary>
internal sealed class SeriesBudget(TimeProvider time)
{
    /// <summary>Growth is what was made in the running period of this length and the one before.</summary>
    private static readonly TimeSpan GrowthPeriod = TimeSpan.FromMinutes(30);

    private readonly BudgetScope _all = new();
    private readonly Dictionary<string, BudgetScope> _jobs = new(StringComparer.Ordinal);
    private SeriesLimits _limits = SeriesLimits.None;
    private DateTimeOffset _periodEnd = time.GetUtcNow() + GrowthPeriod;

    /// <summary>What was refused. Thread-safe itself.</summary>
    public RefusalLedger Refusals { get; } = new();

    /// <summary>The limits in force; may be changed and read at any time.</summary>
    public SeriesLimits Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    /// <summary>Whether a new series with these labels may be made; a refusal is noted.</summary>
    public bool Admits(Labels labels)
    {
        var limits = Limits;
        if (limits.AreNone)
        {
            return true;
        }
        BeginPeriod();
        var (metric, job) = (labels.MetricName, labels[LabelNames.Job]);
        var budget = Exceeded(limits, metric, job, out var limit);
        if (budget is null)
        {
            return true;
        }
        Refusals.Add(new RefusedSeries(budget.Value, metric, job), limit, labels, time.GetUtcNow());
        return false;
    }

    /// <param name="metric">The metric of the series that came into the head.</param>
    /// <param name="job">Its job, or the empty string.</param>
    /// <param name="isNew">False where it comes from the log.</param>
    public void Created(string metric, string job, bool isNew)
    {
        var limits = Limits;
        _all.Created(metric, limits.Total, isNew);
        ScopeOf(job).Created(metric, limits.OfJob(job), isNew);
    }

    public void Removed(Labels labels)
    {
        var job = labels[LabelNames.Job];
        _all.Removed(labels.MetricName);
        var scope = ScopeOf(job);
        scope.Removed(labels.MetricName);
        if (scope.Series == 0)
        {
            _jobs.Remove(job);
        }
    }

    /// <summary>How full the budgets are: those of jobs and metrics that have one, fullest first.</summary>
    public BudgetUsage Usage(int limit)
    {
        var limits = Limits;
        var jobs = _jobs.Select(job => new NamedUsage(job.Key, job.Value.Series, limits.OfJob(job.Key)));
        var metrics = _all.Metrics.Select(metric => new NamedUsage(metric.Key, metric.Value, limits.OfMetric(metric.Key)));
        return new BudgetUsage(_all.Series, limits.Total, Fullest(jobs, limit), Fullest(metrics, limit));
    }

    private static List<NamedUsage> Fullest(IEnumerable<NamedUsage> usages, int limit) =>
        [.. usages.Where(usage => usage.Limit > 0)
            .OrderByDescending(usage => (double)usage.Series / usage.Limit).ThenBy(usage => usage.Name, StringComparer.Ordinal).Take(limit)];

    private BudgetKind? Exceeded(SeriesLimits limits, string metric, string job, out long limit)
    {
        limit = limits.OfMetric(metric);
        if (limit > 0 && _all.SeriesOf(metric) >= limit)
        {
            return BudgetKind.Metric;
        }
        limit = limits.OfJob(job);
        if (limit > 0 && !(_jobs.GetValueOrDefault(job) ?? new BudgetScope()).Admits(metric, limit))
        {
            return BudgetKind.Job;
        }
        limit = limits.Total;
        return limit > 0 && !_all.Admits(metric, limit) ? BudgetKind.Total : null;
    }

    private BudgetScope ScopeOf(string job)
    {
        if (!_jobs.TryGetValue(job, out var scope))
        {
            scope = new BudgetScope();
            _jobs.Add(job, scope);
        }
        return scope;
    }

    private void BeginPeriod()
    {
        var now = time.GetUtcNow();
        if (now < _periodEnd)
        {
            return;
        }
        var missedOne = now >= _periodEnd + GrowthPeriod;
        _periodEnd = now + GrowthPeriod;
        var limits = Limits;
        _all.BeginPeriod(missedOne, limits.Total);
        foreach (var (job, scope) in _jobs)
        {
            scope.BeginPeriod(missedOne, limits.OfJob(job));
        }
    }
}
