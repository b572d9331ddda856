using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Web.Charts;
using Touchline.Web.Explore;
using Touchline.Web.Formatting;
using Touchline.Web.Tests.Fakes;

namespace Touchline.Web.Tests.Pages;

public sealed class ExplorePageTests : PageTest
{
    [Fact]
    public void Without_a_query_it_shows_examples() => Assert.NotEmpty(At("explore").FindAll(".tl-hints a"));

    [Fact]
    public void The_graph_asks_for_the_query_of_the_address()
    {
        var chart = At("explore?q=up&step=15s").FindComponent<Chart>().Instance;

        Assert.Equal("up", Assert.Single(chart.Queries).Query);
        Assert.Equal("15s", chart.Step);
    }

    [Fact]
    public void The_table_shows_series_with_exact_values()
    {
        Store.Add(Labels.Of("__name__", "a", "x", "<b>"), 1000, 0.1 + 0.2);

        var row = At("explore?q=a&tab=table").WaitForElement("tbody tr");

        Assert.Equal("a{x=\"<b>\"}", row.QuerySelector(".tl-series")!.TextContent);
        Assert.Equal("0.30000000000000004", row.QuerySelector(".tl-right")!.TextContent);
    }

    [Fact]
    public void The_plan_is_shown_as_a_tree_with_what_each_operator_cost()
    {
        Store.Add(Labels.Of("__name__", "a_total"), 1000, 1, 2, 3);

        var rows = At("explore?q=sum(increase(a_total[1m]))&tab=explain&step=5m").WaitForElements("tbody tr");

        Assert.Equal(["aggregate", "call", "range"], rows.Select(r => r.QuerySelector(".tl-plan-kind")!.TextContent));
        Assert.Equal(["--depth: 0", "--depth: 1", "--depth: 2"], rows.Select(r => r.QuerySelector(".tl-plan-name")!.GetAttribute("style")));
        Assert.Equal("a_total[1m]", rows[2].QuerySelector("code")!.TextContent);
        Assert.Equal("3", rows[2].QuerySelectorAll("td")[5].TextContent);
        Assert.Equal("", rows[1].QuerySelectorAll("td")[5].TextContent);
    }

    [Theory]
    [InlineData("a_total&instant=1", "select")]
    [InlineData("a_total[1m]", "range")]
    public void One_time_is_explained_where_that_is_asked_or_all_that_can_be(string query, string kind)
    {
        Store.Add(Labels.Of("__name__", "a_total"), 1000, 1, 2, 3);

        var page = At($"explore?q={query}&tab=explain");

        Assert.Equal(kind, page.WaitForElement(".tl-plan-kind").TextContent);
        Assert.Contains("2026-03-01 12:00:00 UTC", page.Find(".tl-cost").TextContent);
    }

    [Fact]
    public void The_table_shows_scalars_and_ranges()
    {
        Store.Add(Labels.Of("__name__", "a"), 1000, 1, 2);

        Assert.Contains("42", At("explore?q=42&tab=table").WaitForElement("strong").TextContent);
        Assert.Contains("2026-03-01 11:59:59.000 UTC", At("explore?q=a[1m]&tab=table").WaitForElement("tbody tr").TextContent);
    }

    [Fact]
    public void The_table_shows_a_histogram_as_a_picture_with_its_figures()
    {
        using (var appender = Store.OpenAppender())
        {
            var series = default(SeriesRef);
            var histogram = new NativeHistogram
            {
                Count = 4,
                Sum = 6,
                PositiveSpans = [new BucketSpan(0, 1), new BucketSpan(2, 1)],
                PositiveBuckets = [3, 1],
            };
            appender.AppendHistogram(ref series, Labels.Of("__name__", "wait_seconds"), TestClock.StartMs, histogram);
            appender.Commit();
        }

        var row = At("explore?q=wait_seconds&tab=table").WaitForElement("tbody tr");

        Assert.Equal("2 buckets from 500 ms to 8 s, most in (500 ms, 1 s]: 3", row.QuerySelector("svg")!.GetAttribute("aria-label"));
        Assert.Equal(2, row.QuerySelectorAll("rect").Length);
        Assert.Equal("count 4 sum 6 s average 1.5 s", row.QuerySelector(".tl-hist-facts")!.TextContent.Trim());
    }

    [Fact]
    public async Task Histograms_of_the_chart_can_be_chosen_one_by_one()
    {
        var page = At("explore?q=rate(h_seconds[1m])");
        using var answer = JsonDocument.Parse(
            """{"ok":true,"series":0,"histograms":["{a=\"1\"}","{a=\"2\"}"],"cumulative":false,"dropped":0,"stepMs":15000,"annotations":[],"statistics":{"samplesRead":1,"seriesRead":2,"peakSamples":1,"elapsedMs":1}}""");
        await page.InvokeAsync(() => page.FindComponent<Chart>().Instance.OnAnswered(answer.RootElement));

        Assert.Equal("Sum of 2", page.Find("#tl-histogram option[selected]").TextContent);
        page.Find("#tl-histogram").Change("{a=\"2\"}");

        var chart = page.FindComponent<Chart>().Instance;
        Assert.Equal("{a=\"2\"}", chart.Histogram);
        Assert.Equal((Unit.Seconds, Unit.PerSecond), (chart.BucketUnit, chart.CountUnit));
    }

    [Fact]
    public void A_syntax_error_is_shown_under_its_place()
    {
        var place = At("explore?q=" + Uri.EscapeDataString("1 +\nsum(up") + "&tab=table").WaitForElement(".tl-place").TextContent;

        Assert.StartsWith("sum(up\n      ^", place);
        Assert.Contains("2:7", place);
    }

    [Fact]
    public async Task What_the_chart_was_told_is_shown()
    {
        var page = At("explore?q=up");
        using var answer = JsonDocument.Parse(
            """{"ok":true,"series":2,"histograms":[],"cumulative":false,"dropped":3,"stepMs":15000,"annotations":[{"level":"info","message":"metric might not be a counter"}],"statistics":{"samplesRead":1234,"seriesRead":2,"peakSamples":1,"elapsedMs":12}}""");

        await page.InvokeAsync(() => page.FindComponent<Chart>().Instance.OnAnswered(answer.RootElement));

        Assert.Contains("metric might not be a counter", page.Markup);
        Assert.Contains("first 2 of 5 series", page.Markup);
        Assert.Contains("12 ms", page.Markup);
        Assert.Contains("step 15s", page.Markup);
    }

    [Fact]
    public async Task An_error_of_the_chart_is_shown()
    {
        var page = At("explore?q=a*a");
        using var answer = JsonDocument.Parse("""{"ok":false,"errorType":"execution","error":"many-to-many matching not allowed","query":0,"places":[]}""");

        await page.InvokeAsync(() => page.FindComponent<Chart>().Instance.OnAnswered(answer.RootElement));

        Assert.Contains("many-to-many matching not allowed", page.Find("[role=alert]").TextContent);
    }

    [Fact]
    public void A_bad_step_is_told_and_not_used()
    {
        var page = At("explore?q=up&step=often");

        Assert.Contains("A step is a duration", page.Markup);
        Assert.Null(page.FindComponent<Chart>().Instance.Step);
    }

    private IRenderedComponent<ExplorePage> At(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<ExplorePage>();
    }
}
