using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Model;
using Touchline.Web.Discovery;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Pages;

public sealed class DiscoveryPageTests : PageTest
{
    [Fact]
    public void Targets_are_shown_before_and_after_relabelling_and_with_the_step_that_dropped_them()
    {
        Views.JobList.Add(new DiscoveryJobView("web", [], [Active("a:1"), Dropped("b:1", "2. action: drop")], 1));

        var rows = Render<DiscoveryPage>().FindAll(".tl-discovered tbody tr");

        Assert.Contains("__address__=a:1", rows[0].TextContent);
        Assert.Contains("http://a:1/metrics", rows[0].TextContent);
        Assert.Contains("instance=a:1", rows[0].TextContent);
        Assert.Contains("2. action: drop", rows[1].TextContent);
    }

    [Fact]
    public void Discovery_that_fails_says_why_and_when_it_last_did_not()
    {
        var source = new DiscoverySourceView("docker_sd_configs", "unix:///run/docker.sock", 3, TestClock.Start.AddMinutes(-2), "connection refused");
        Views.JobList.Add(new DiscoveryJobView("web", [source], [], 0));

        var page = Render<DiscoveryPage>();

        Assert.Contains("1 failing", page.Markup);
        var row = page.Find(".tl-sources tbody tr").TextContent;
        Assert.Contains("connection refused", row);
        Assert.Contains("2m", row);
    }

    [Fact]
    public void The_filter_of_the_address_holds()
    {
        Views.JobList.Add(new DiscoveryJobView("web", [], [Active("a:1"), Dropped("b:1", "2. action: drop"), Dropped("c:1", "1. action: keep")], 2));
        Navigate("discovery?state=dropped&filter=ACTION:+keep");

        Assert.Contains("c:1", Assert.Single(Rows()).TextContent);
    }

    [Fact]
    public void Thousands_of_targets_are_shown_page_by_page()
    {
        Views.JobList.Add(new DiscoveryJobView("many", [], [.. Enumerable.Range(0, 5_000).Select(i => Active($"h{i}:1"))], 0));
        Navigate("discovery?page=100");

        var rows = Rows();

        Assert.Equal(50, rows.Count);
        Assert.Contains("h4999:1", rows[^1].TextContent);
    }

    [Theory]
    [InlineData("page=100000")]
    [InlineData("page=-1")]
    public void Page_that_is_not_there_is_the_nearest_one(string query)
    {
        Views.JobList.Add(new DiscoveryJobView("many", [], [.. Enumerable.Range(0, 60).Select(i => Active($"h{i}:1"))], 0));
        Navigate("discovery?" + query);

        Assert.NotEmpty(Rows());
    }

    [Fact]
    public void Job_beside_others_shows_its_first_and_leads_to_the_rest()
    {
        Views.JobList.Add(new DiscoveryJobView("many", [], [.. Enumerable.Range(0, 60).Select(i => Active($"h{i}:1"))], 0));
        Views.JobList.Add(new DiscoveryJobView("other", [], [Active("x:1")], 0));
        var page = Render<DiscoveryPage>();
        Assert.Equal(11, page.FindAll(".tl-discovered tbody tr").Count);

        page.Find(".tl-pager button").Click();

        Assert.EndsWith("?job=many", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropped_targets_that_are_not_remembered_are_counted()
    {
        Views.JobList.Add(new DiscoveryJobView("web", [], [Dropped("b:1", "1. action: drop")], 7));

        Assert.Contains("6 more were dropped", Render<DiscoveryPage>().Markup);
    }

    private IReadOnlyList<IElement> Rows() => Render<DiscoveryPage>().FindAll(".tl-discovered tbody tr");

    private void Navigate(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    private static DiscoveredTargetView Active(string address) =>
        new(Labels.Of("__address__", address), Labels.Of("instance", address), $"http://{address}/metrics", null, "");

    private static DiscoveredTargetView Dropped(string address, string step) => new(Labels.Of("__address__", address), null, "", step, "");
}
