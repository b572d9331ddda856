using Microsoft.AspNetCore.Components;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Web.Charts;
using Touchline.Web.Formatting;
using Touchline.Web.Views;

namespace Touchline.Web.Overview;

/// <summary>The first page: services, the host, and Touchline itself.</summary>
public sealed partial class OverviewPage
{
    private const string FirstSamples = "Collecting the first samples…";

    private static readonly IReadOnlyList<ChartQuery> OwnSamples =
        [new("sum(rate(prometheus_tsdb_head_samples_appended_total{job=\"touchline\"}[$__rate_interval]))", "samples")];

    private static readonly IReadOnlyList<ChartQuery> OwnMemory = [new("sum(process_resident_memory_bytes{job=\"touchline\"})", "resident")];

    private static readonly IReadOnlyList<ChartQuery> OwnSeries = [new("sum(prometheus_tsdb_head_series{job=\"touchline\"})", "series")];

    /// <summary>
    /// What the first page may take to compute what it shows. Over a million series, or while a long log is read back, that takes seconds, and a
    /// page without figures is more use than none.
    /// </summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(500);

    private OverviewSnapshot _snapshot = null!;

    [Inject]
    internal IQueryEngine Engine { get; set; } = null!;

    [Inject]
    internal ITargetsView TargetsView { get; set; } = null!;

    [Inject]
    internal IStatusView StatusView { get; set; } = null!;

    [Inject]
    internal IServicesView ServicesView { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    /// <summary>The instance to show where several hosts are watched.</summary>
    [SupplyParameterFromQuery(Name = "host")]
    internal string? AskedHost { get; set; }

    private string FirstSamplesDetail =>
        _snapshot.Targets.FirstOrDefault(t => t.Job == HostQueries.Job) switch
        {
            null => "No target of the job “node” is configured: the host appears here when there is one.",
            { State: TargetState.Down } down => $"The host cannot be read: {down.LastError}",
            _ => "The host is read every few seconds; this page fills itself.",
        };

    private string DownNames => string.Join(", ", _snapshot.Targets.Where(t => t.State == TargetState.Down).Select(t => t.Job).Distinct().Take(3));

    protected override bool LoadFirst(CancellationToken cancellationToken)
    {
        using var first = new CancellationTokenSource(FirstLook, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(first.Token, cancellationToken);
        Read(either.Token);
        return !_snapshot.IsCut;
    }

    protected override void Load(CancellationToken cancellationToken)
    {
        Read(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Read(CancellationToken cancellationToken)
    {
        _snapshot = OverviewSnapshot.Read(
            Engine, TargetsView, StatusView, ServicesView, AskedHost, Time.GetUtcNow(), cancellationToken);
        // Rates need a second sample, so the page hurries until it has one.
        Clock.Hurried = _snapshot.Targets.Any(t => t.Job == HostQueries.Job) && _snapshot.Host?.CpuPercent is null;
    }

    protected override void OnGone() => Clock.Hurried = false;

    private static string Cores(HostFigures host) => host.Cores is { } cores ? cores == 1 ? "of 1 core" : $"of {cores} cores" : "";

    private string Scrape(string job) => PrometheusDuration.Format(
        _snapshot.Targets.Where(t => t.Job == job && t.IntervalMs > 0).Select(t => t.IntervalMs).DefaultIfEmpty(15_000).Max());

    private async Task ChooseHost(ChangeEventArgs e)
    {
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("host", (string?)e.Value));
        AskedHost = (string?)e.Value;
        await ReloadAsync();
    }
}
