using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Model;
using Touchline.Web.Targets;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Pages;

public sealed class TargetsPageTests : PageTest
{
    public TargetsPageTests()
    {
        Views.TargetList.Add(Target("web", "http://b/metrics", TargetState.Up, ""));
        Views.TargetList.Add(Target("web", "http://c/metrics", TargetState.Down, "connection refused"));
        Views.TargetList.Add(Target("db", "javascript:alert(1)", TargetState.Up, ""));
    }

    [Fact]
    public void Targets_are_grouped_by_job_with_those_down_first()
    {
        var page = Render<TargetsPage>();

        Assert.Equal(["db", "web"], page.FindAll("section").Select(s => s.GetAttribute("aria-label")));
        Assert.Contains("connection refused", page.FindAll("tbody tr")[1].TextContent);
        Assert.Contains("2 up", page.Markup);
        Assert.Contains("1 down", page.Markup);
    }

    [Fact]
    public void Last_scrape_is_told_as_an_age() => Assert.Contains("7s ago", Render<TargetsPage>().Markup);

    [Fact]
    public void Only_web_addresses_become_links() =>
        Assert.Equal(["http://c/metrics", "http://b/metrics"], Render<TargetsPage>().FindAll("td a").Select(a => a.GetAttribute("href")));

    [Fact]
    public void Labels_are_text_and_never_markup()
    {
        Views.TargetList.Add(Target("x", "http://x", TargetState.Up, "<img src=x onerror=alert(1)>"));

        Assert.Empty(Render<TargetsPage>().FindAll("img"));
    }

    [Fact]
    public void The_filter_of_the_address_holds()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("targets?state=down&filter=REFUSED");

        var page = Render<TargetsPage>();

        Assert.Contains("http://c/metrics", Assert.Single(page.FindAll("tbody tr")).TextContent);
    }

    [Fact]
    public void A_filter_that_nothing_passes_says_so()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("targets?filter=nowhere");

        Assert.Contains("No target matches", Render<TargetsPage>().Markup);
    }

    private static TargetView Target(string job, string url, TargetState state, string error) =>
        new(job, url, Labels.Of("job", job), state, error, TestClock.Start.AddSeconds(-7), 12, 100, 15_000);
}
