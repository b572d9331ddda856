using Microsoft.AspNetCore.Components;
using Touchline.Model;
using Touchline.Web.Formatting;
using Touchline.Web.Time;
using Touchline.Web.Views;

namespace Touchline.Web.Overview;

/// <summary>One service: how its requests go, and when it is down everything that is known about why.</summary>
public sealed partial class ServiceCard
{
    [Inject]
    internal PageState State { get; set; } = null!;

    [Parameter, EditorRequired]
    public ServiceFigures Figures { get; set; } = null!;

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter, EditorRequired]
    public string Scrape { get; set; } = "";

    private ServiceQueries Queries => new(Figures.Service.Job);

    private string StateClass => Figures.Service.State switch
    {
        ServiceState.Up => "tl-ok",
        ServiceState.Down => "tl-bad",
        _ => "tl-warn",
    };

    private string StateText => Figures.Service.State switch
    {
        ServiceState.Up => "Up",
        ServiceState.Down => "Down",
        _ => "Starting",
    };

    private string SinceText => Figures.Service.Since == default ? "" : $"for {Figure.Age(Now - Figures.Service.Since)}";

    private string ExploreHref => State.Href(
        "explore", ("q", $"sum by (endpoint) (rate(http_requests_total{{job={QuotedString.Of(Figures.Service.Job)}}}[1m]))"));
}
