using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Web.Overview;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Pages;

public sealed class OverviewPageTests : PageTest
{
    [Fact]
    public void At_second_zero_it_says_that_samples_are_being_collected()
    {
        Views.TargetList.Add(Target(TargetState.Unknown, ""));

        var page = Render<OverviewPage>();

        Assert.Contains("Collecting the first samples", page.Markup);
        Assert.Contains("0 of 1", page.Markup);
    }

    [Fact]
    public void A_host_that_cannot_be_read_says_why()
    {
        Views.TargetList.Add(Target(TargetState.Down, "permission denied"));

        Assert.Contains("permission denied", Render<OverviewPage>().Markup);
    }

    [Fact]
    public void Figures_appear_with_the_first_sample_without_reloading()
    {
        Views.TargetList.Add(Target(TargetState.Up, ""));
        var page = Render<OverviewPage>();

        Store.Add(Labels.Of("__name__", "node_load1", "job", "node", "instance", "a"), 1000, 1.25);
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Contains("1.25", page.Markup));
    }

    [Fact]
    public void A_store_that_answers_slowly_holds_the_page_up_for_a_moment_only()
    {
        Store.Add(Labels.Of("__name__", "node_load1", "job", "node", "instance", "a"), 1000, 1.25);
        var engine = new SlowEngine(new PromQLEngine(Store, new PromQLOptions(), Clock), () => Clock.Advance(TimeSpan.FromSeconds(2)));
        Services.AddSingleton<IQueryEngine>(engine);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));

        var page = Render<OverviewPage>();

        Assert.Contains("Some figures are missing", page.Markup);
        engine.IsSlow = false;
        page.WaitForAssertion(() => Assert.Contains("1.25", page.Markup));
    }

    [Fact]
    public void A_service_that_is_down_says_since_when_and_shows_its_last_words()
    {
        Views.ServiceList.Add(new ServiceView
        {
            Name = "FootballPrediction",
            Job = "football",
            State = ServiceState.Down,
            Since = TestClock.Start.AddMinutes(-3),
            Reason = "the process exited with code 134",
            Process = new ServiceProcessView(null, 4, 134, ["starting", "<b>fatal</b>: no model"]),
        });

        var page = Render<OverviewPage>();

        var down = page.Find(".tl-down");
        Assert.Contains("11:57:00 UTC", down.TextContent);
        Assert.Contains("134 (SIGABRT)", down.TextContent);
        Assert.Contains("<b>fatal</b>: no model", down.QuerySelector("pre")!.TextContent);
        Assert.Equal("alert", down.GetAttribute("role"));
    }

    [Fact]
    public void Services_that_are_down_come_first()
    {
        Views.ServiceList.Add(new ServiceView { Name = "fine", Job = "a", State = ServiceState.Up });
        Views.ServiceList.Add(new ServiceView { Name = "broken", Job = "b", State = ServiceState.Down });

        Assert.Equal(["broken", "fine"], Render<OverviewPage>().FindAll(".tl-service h2").Select(h => h.TextContent));
    }

    private static TargetView Target(TargetState state, string error) =>
        new("node", "builtin", Labels.Of("job", "node"), state, error, null, 0, 0, 5000);
}
