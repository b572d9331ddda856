using System.Globalization;
using Microsoft.AspNetCore.Components;
using Touchline.Web.Views;

namespace Touchline.Web.Discovery;

/// <summary>What each job discovered, what relabelling made of it, and how the discoveries do. What is shown is in the address.</summary>
public sealed partial class DiscoveryPage
{
    private const int MaxJobs = 50;

    private static readonly IReadOnlyList<(Outcome Outcome, string Name)> Outcomes =
        [(Outcome.Any, "All"), (Outcome.Active, "Active"), (Outcome.Dropped, "Dropped")];

    private IReadOnlyList<DiscoveryJobView> _jobs = [];
    private IReadOnlyList<DiscoveryGroup> _groups = [];
    private DiscoveryFilter _filter = new("", Outcome.Any, "");
    private DateTimeOffset _now;

    [Inject]
    internal IDiscoveryView View { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "filter")]
    internal string? AskedText { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    internal string? AskedOutcome { get; set; }

    [SupplyParameterFromQuery(Name = "job")]
    internal string? AskedJob { get; set; }

    /// <summary>Pages count from 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    internal int? AskedPage { get; set; }

    private int Failing => _jobs.Sum(job => job.Sources.Count(source => source.LastError.Length > 0));

    protected override void OnParametersSet()
    {
        var outcome = Enum.TryParse<Outcome>(AskedOutcome, ignoreCase: true, out var asked) && Enum.IsDefined(asked) ? asked : Outcome.Any;
        _filter = new DiscoveryFilter(AskedText ?? "", outcome, AskedJob ?? "");
        _groups = DiscoveryGroup.Of(_jobs, _filter, Page);
    }

    protected override void Load(CancellationToken cancellationToken)
    {
        _now = Time.GetUtcNow();
        _jobs = View.Jobs();
        _groups = DiscoveryGroup.Of(_jobs, _filter, Page);
    }

    private int Page => Math.Max(1, AskedPage ?? 1) - 1;

    private static int Forgotten(DiscoveryJobView job) => job.Dropped - job.Targets.Count(target => target.IsDropped);

    private static string StateClass(DiscoveredTargetView target) => target.IsDropped ? "tl-none" : target.Problem.Length > 0 ? "tl-bad" : "tl-ok";

    private static string StateText(DiscoveredTargetView target) => target.IsDropped ? "Dropped" : target.Problem.Length > 0 ? "Unusable" : "Active";

    private void SetText(string? text) => Navigate(_filter with { Text = text ?? "" }, 0);

    private void SetOutcome(Outcome outcome) => Navigate(_filter with { Outcome = outcome }, 0);

    private void SetJob(ChangeEventArgs choice) => ShowJob($"{choice.Value}");

    private void ShowJob(string job) => Navigate(_filter with { Job = job }, 0);

    private void Turn(int pages) => Navigate(_filter, Page + pages);

    private void Clear() => Navigate(new DiscoveryFilter("", Outcome.Any, ""), 0);

    private void Navigate(DiscoveryFilter filter, int page) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["filter"] = filter.Text.Length > 0 ? filter.Text : null,
            ["state"] = filter.Outcome == Outcome.Any ? null : filter.Outcome.ToString().ToLowerInvariant(),
            ["job"] = filter.Job.Length > 0 ? filter.Job : null,
            ["page"] = page > 0 ? (page + 1).ToString(CultureInfo.InvariantCulture) : null,
        }),
        replace: true);
}
