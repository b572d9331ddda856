using Microsoft.AspNetCore.Components;
using Touchline.Web.Formatting;
using Touchline.Web.Views;

namespace Touchline.Web.Targets;

/// <summary>What is scraped and how that goes. The filter is in the address.</summary>
public sealed partial class TargetsPage
{
    private const int MaxRows = 200;

    private static readonly IReadOnlyList<TargetState> Choices = [TargetState.Up, TargetState.Down];

    private IReadOnlyList<TargetView> _targets = [];
    private IReadOnlyList<TargetGroup> _groups = [];

    [Inject]
    internal ITargetsView View { get; set; } = null!;

    protected override void Read()
    {
        _targets = View.Targets();
        Clock.Hurried = _targets.Any(t => t.State == TargetState.Unknown);
    }

    protected override void Filter() => _groups = TargetGroup.Of(_targets, new TargetFilter(Text, Wanted));

    protected override void OnGone() => Clock.Hurried = false;

    private static string StateClass(TargetState state) => state switch
    {
        TargetState.Up => "tl-ok",
        TargetState.Down => "tl-bad",
        _ => "tl-warn",
    };

    private static string StateText(TargetState state) => state == TargetState.Unknown ? "Waiting" : state.ToString();

    // A target's address comes from configuration and discovery: only what a browser opens as a page becomes a link.
    private static bool IsLink(string url) =>
        url.StartsWith("http://", StringComparison.Ordinal) || url.StartsWith("https://", StringComparison.Ordinal);

    private int Count(TargetState state) => _targets.Count(t => t.State == state);
}
