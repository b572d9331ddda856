using Microsoft.AspNetCore.Components;
using Touchline.Web.Formatting;
using Touchline.Web.Views;

namespace Touchline.Web.Targets;

/// <summary>What is scraped and how that goes. The filter is in the address.</summary>
public sealed partial class TargetsPage
{
    private const int MaxRows = 200;

    private static readonly IReadOnlyList<(TargetState? State, string Name)> States =
        [(null, "All"), (TargetState.Up, "Up"), (TargetState.Down, "Down")];

    private IReadOnlyList<TargetView> _targets = [];
    private IReadOnlyList<TargetGroup> _groups = [];
    private TargetFilter _filter = new("", null);
    private DateTimeOffset _now;

    [Inject]
    internal ITargetsView View { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "filter")]
    internal string? AskedText { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    internal string? AskedState { get; set; }

    protected override void OnParametersSet()
    {
        _filter = new TargetFilter(AskedText ?? "", Enum.TryParse<TargetState>(AskedState, ignoreCase: true, out var state) ? state : null);
        _groups = TargetGroup.Of(_targets, _filter);
    }

    protected override void Load(CancellationToken cancellationToken)
    {
        _now = Time.GetUtcNow();
        _targets = View.Targets();
        _groups = TargetGroup.Of(_targets, _filter);
        Clock.Hurried = _targets.Any(t => t.State == TargetState.Unknown);
    }

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

    private void SetText(string? text) => Navigate(_filter with { Text = text ?? "" });

    private void SetState(TargetState? state) => Navigate(_filter with { State = state });

    private void Clear() => Navigate(new TargetFilter("", null));

    private void Navigate(TargetFilter filter) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["filter"] = filter.Text.Length > 0 ? filter.Text : null,
            ["state"] = filter.State?.ToString().ToLowerInvariant(),
        }),
        replace: true);
}
