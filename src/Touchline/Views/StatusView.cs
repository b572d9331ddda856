using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;
using Touchline.RemoteWrite.Sending;
using Touchline.Telemetry;
using Touchline.Tsdb;
using Touchline.Tsdb.Retention;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>The server about itself for the pages.</summary>
internal sealed class StatusView(ServerOptions options, RunningConfiguration configuration, ServerState state, TsdbStore store, RemoteWriteSender sender) : IStatusView
{
    private const int TopCount = 10;
    private const int UnreadDays = 30;

    public StatusSnapshot Status()
    {
        var status = store.Status();
        return new StatusSnapshot
        {
            Version = BuildVersion.Version,
            StartedAt = state.StartedAt,
            DataPath = ServerState.DataPath(options),
            ConfigFile = options.ConfigFile,
            ConfigYaml = PrometheusConfigWriter.ToYaml(configuration.Current),
            ConfigLoadedAt = configuration.LoadedAt,
            ConfigError = configuration.Error,
            ConfigFindings = [.. configuration.Findings.Select(f => f.ToString())],
            Series = status.HeadSeries,
            SamplesAppended = status.SamplesAppended,
            SamplesRefused = status.SamplesRefused,
            WalBytes = status.WalBytes,
            BlockBytes = status.BlockBytes,
            Blocks = status.Blocks.Count,
            HeadMinTimeMs = status.HeadMinTimeMs,
            HeadMaxTimeMs = status.HeadMaxTimeMs,
            ResidentBytes = Environment.WorkingSet,
            LoadedRatio = status.Loading?.Ratio,
            RefusingBecause = status.RefusingBecause,
            Damage = status.Damage,
            Retention = RetentionOf(status.RetentionHeldBack),
            RemoteWrites = RemoteWriteViews.Of(sender),
            Flags = options.Flags,
        };
    }

    public CardinalitySnapshot Cardinality()
    {
        var heaviest = store.Cardinality(TopCount);
        var unread = store.UnreadMetrics(TimeSpan.FromDays(UnreadDays), TopCount, CancellationToken.None);
        return new CardinalitySnapshot
        {
            TopMetrics = [.. heaviest.SeriesCountByMetricName.Select(c => KeyValuePair.Create(c.Name, c.Count))],
            DiskBytes = [.. store.DiskBytesByMetric(TopCount, CancellationToken.None).Select(c => KeyValuePair.Create(c.Name, c.Count))],
            UnreadMetrics = [.. unread.Metrics.Select(m => new UnreadMetricView(m.Name, m.HeadSeries, m.DiskBytes, m.LastReadAt))],
            UnreadCount = unread.Count,
            UnreadDays = UnreadDays,
            ReadsObservedSince = unread.ObservedSince,
            TopLabels = [.. heaviest.LabelValueCountByLabelName.Select(c => KeyValuePair.Create(c.Name, c.Count))],
            Budgets = BudgetsOf(store.BudgetUsage(TopCount)),
            Refusals = [.. store.SeriesRefusals(TopCount).Select(refusal => new RefusalView(
                refusal.Metric, refusal.Job, CardinalityFigures.NameOf(refusal.Budget), refusal.Label, refusal.LabelValues, refusal.Series,
                refusal.Samples, refusal.LastAt))],
        };
    }

    private RetentionSnapshot RetentionOf(string? heldBack)
    {
        var policies = store.RetentionPolicies;
        var everyOther = policies.ToList().FindIndex(policy => policy.Matchers.Count == 0);
        return new RetentionSnapshot
        {
            SizeBytes = StorageSettings.Of(options, configuration.Current.Storage).RetentionSizeBytes,
            HeldBack = heldBack,
            IsSwitchedOff = RetentionPolicies.AreSwitchedOff(policies),
            // What stands behind a policy of every series is nobody's.
            Policies = [.. policies.Take(everyOther + 1).Select(ViewOf)],
        };
    }

    private static RetentionPolicyView ViewOf(SeriesRetention policy) => new(
        [.. policy.Matchers.Select(matcher => matcher.ToString())],
        policy.KeepForMs is > 0 and var keep ? PrometheusDuration.Format(keep) : null,
        [.. policy.Downsampling.Select(step => new DownsamplingView(PrometheusDuration.Format(step.AfterMs), PrometheusDuration.Format(step.ResolutionMs)))]);

    private static List<BudgetView> BudgetsOf(BudgetUsage usage)
    {
        var budgets = new List<BudgetView>();
        if (usage.Limit > 0)
        {
            budgets.Add(new BudgetView(CardinalityFigures.NameOf(BudgetKind.Total), "", usage.Series, usage.Limit));
        }
        budgets.AddRange(Views(BudgetKind.Job, usage.Jobs)
            .Concat(Views(BudgetKind.Metric, usage.Metrics))
            .OrderByDescending(budget => (double)budget.Series / budget.Limit).Take(TopCount));
        return budgets;
    }

    private static IEnumerable<BudgetView> Views(BudgetKind kind, IReadOnlyList<NamedUsage> usages) =>
        usages.Select(usage => new BudgetView(CardinalityFigures.NameOf(kind), usage.Name, usage.Series, usage.Limit));
}
