using Touchline.Model;
using Touchline.PromQL;
using Touchline.Web.Views;

namespace Touchline.Web.Overview;

/// <summary>All that the Overview shows beside its charts, read at one time.</summary>
internal sealed record OverviewSnapshot
{
    private const long UsualIntervalMs = 15_000;
    private const string BuiltInPath = "/metrics/node";

    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>The hosts to choose from.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Null while there is no sample of any host.</summary>
    public required HostFigures? Host { get; init; }

    public required string HostInterval { get; init; }

    public required IReadOnlyList<ServiceFigures> Services { get; init; }

    public required StatusSnapshot Status { get; init; }

    public required double? SamplesPerSecond { get; init; }

    public required IReadOnlyList<TargetView> Targets { get; init; }

    /// <summary>Why a figure is missing, null where none is missing for a reason.</summary>
    public required string? Problem { get; init; }

    /// <summary>Whether figures are missing because the reader waited no longer.</summary>
    public bool IsCut { get; init; }

    public int TargetsUp => Targets.Count(t => t.State == TargetState.Up);

    public int TargetsDown => Targets.Count(t => t.State == TargetState.Down);

    /// <param name="engine">Answers what there is to compute.</param>
    /// <param name="targets">What is watched.</param>
    /// <param name="status">The server itself.</param>
    /// <param name="services">The applications.</param>
    /// <param name="askedHost">The instance to show; null for the one that Touchline runs on.</param>
    /// <param name="now">The time of all figures.</param>
    /// <param name="cancellationToken">Once it is cancelled, what is not read by then is unknown.</param>
    public static OverviewSnapshot Read(
        IQueryEngine engine, ITargetsView targets, IStatusView status, IServicesView services, string? askedHost, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var reader = new InstantReader(engine, now.ToUnixTimeMilliseconds(), cancellationToken);
        var targetViews = targets.Targets();
        long Interval(string job) => targetViews.Where(t => t.Job == job && t.IntervalMs > 0).Select(t => t.IntervalMs).DefaultIfEmpty(UsualIntervalMs).Max();

        var hosts = HostQueries.Instances(reader);
        // Unless another is asked for, the host that Touchline itself runs on, which it reads without a scrape.
        var own = targetViews.FirstOrDefault(t => t.Job == HostQueries.Job && t.Url.EndsWith(BuiltInPath, StringComparison.Ordinal))?.Labels[LabelNames.Instance];
        var host = ((string?[])[askedHost, own]).FirstOrDefault(h => h is not null && hosts.Contains(h)) ?? hosts.FirstOrDefault();
        var window = PrometheusDuration.Format(Math.Max(4 * Interval("touchline"), 20_000));
        return new OverviewSnapshot
        {
            ReadAt = now,
            Hosts = hosts,
            Host = host is null ? null : new HostQueries(host).Read(reader, Interval(HostQueries.Job)),
            HostInterval = PrometheusDuration.Format(Interval(HostQueries.Job)),
            Services = [.. reader.Read(services.Services).Select(s => new ServiceQueries(s.Job).Read(reader, s, Interval(s.Job)))],
            Status = status.Status(),
            SamplesPerSecond = reader.One($"sum(rate(prometheus_tsdb_head_samples_appended_total{{job=\"touchline\"}}[{window}]))"),
            Targets = targetViews,
            Problem = reader.Problem,
            IsCut = reader.IsCut,
        };
    }
}
