using System.Globalization;
using Microsoft.AspNetCore.Components;
using Touchline.Web.Views;

namespace Touchline.Web.Discovery;

/// <summary>What each job discovered, what relabelling made of it, and how the discoveries do. What is shown is in the address.</summary>
public sealed partial class DiscoveryPage
{
    private const int MaxJobs = 50;

    private static readonly IReadOnlyList<Outcome> Choices = [Outcome.Active, Outcome.Dropped];

    private IReadOnlyList<DiscoveryJobView> _jobs = [];
    private IReadOnlyList<DiscoveryGroup> _groups = [];

    [Inject]
    internal IDiscoveryView View { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "job")]
    internal string? AskedJob { get; set; }

    /// <summary>Pages count from 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    internal int? AskedPage { get; set; }

    private int Failing => _jobs.Sum(job => job.Sources.Count(source => source.LastError.Length > 0));

    private string Job => AskedJob ?? "";

    private int Page => Math.Max(1, AskedPage ?? 1) - 1;

    internal override void Show(string text, Outcome? state) => Navigate(text, state, ("page", null));

    protected override void Read() => _jobs = View.Jobs();

    protected override void Filter() => _groups = DiscoveryGroup.Of(_jobs, new DiscoveryFilter(Text, Wanted, Job), Page);

    private static int Forgotten(DiscoveryJobView job) => job.Dropped - job.Targets.Count(target => target.IsDropped);

    private static string StateClass(DiscoveredTargetView target) => target.IsDropped ? "tl-none" : target.Problem.Length > 0 ? "tl-bad" : "tl-ok";

    private static string StateText(DiscoveredTargetView target) => target.IsDropped ? "Dropped" : target.Problem.Length > 0 ? "Unusable" : "Active";

    private void ChooseJob(ChangeEventArgs choice) => ShowJob($"{choice.Value}");

    private void ShowJob(string job) => Navigate(Text, Wanted, ("job", job.Length > 0 ? job : null), ("page", null));

    private void Turn(int pages) => Navigate(Text, Wanted, ("page", Page + pages > 0 ? (Page + pages + 1).ToString(CultureInfo.InvariantCulture) : null));

    private void Clear() => Navigate("", null, ("job", null), ("page", null));
}
