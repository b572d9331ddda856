using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Model;
using Touchline.Web.Discovery;
using Touchline.Web.Targets;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Filters;

public sealed class FilteredPageTests : PageTest
{
    public FilteredPageTests()
    {
        Views.TargetList.Add(new TargetView("web", "http://a/metrics", Labels.Empty, TargetState.Up, "", null, 0, 0, 15_000));
        Views.TargetList.Add(new TargetView("web", "http://b/metrics", Labels.Empty, TargetState.Down, "", null, 0, 0, 15_000));
        foreach (var job in (string[])["many", "other"])
        {
            Views.JobList.Add(new DiscoveryJobView(job, [], [.. Enumerable.Range(0, 120).Select(i => new DiscoveredTargetView(Labels.Of("i", $"{i}"), null, "", "1. action: drop", ""))], 120));
        }
    }

    [Fact]
    public void Choosing_a_state_keeps_the_text_and_the_other_way_round()
    {
        Navigate("targets?filter=web&from=x");
        var page = Render<TargetsPage>();

        page.FindAll(".tl-toggle button")[2].Click();
        Assert.Equal("targets?filter=web&from=x&state=down", Address);
        page.Find(".tl-filters input").Input("a");
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Equal("targets?filter=a&from=x&state=down", Address));
        page.FindAll(".tl-toggle button")[0].Click();
        Assert.Equal("targets?filter=a&from=x", Address);
    }

    [Fact]
    public void The_chosen_state_is_pressed()
    {
        Navigate("targets?state=UP");
        Assert.Equal(["false", "true", "false"], Render<TargetsPage>().FindAll(".tl-toggle button").Select(button => button.GetAttribute("aria-pressed")));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("sideways")]
    public void State_that_is_none_is_all(string state)
    {
        Navigate($"targets?state={state}");
        Assert.Equal(2, Render<TargetsPage>().FindAll("tbody tr").Count);
    }

    [Fact]
    public void Another_filter_starts_at_the_first_page_of_the_same_job()
    {
        Navigate("discovery?job=many&page=3");
        Render<DiscoveryPage>().FindAll(".tl-toggle button")[2].Click();
        Assert.Equal("discovery?job=many&state=dropped", Address);
    }

    [Fact]
    public void Showing_all_forgets_text_state_and_job()
    {
        Navigate("discovery?job=many&filter=nowhere&state=active&page=2");
        Render<DiscoveryPage>().Find("button.tl-link").Click();
        Assert.Equal("discovery", Address);
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private string Address => Navigation.ToBaseRelativePath(Navigation.Uri);

    private void Navigate(string address) => Navigation.NavigateTo(address);
}
