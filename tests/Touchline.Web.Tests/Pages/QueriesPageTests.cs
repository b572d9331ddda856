using Bunit;
using Touchline.Web.Queries;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Pages;

public sealed class QueriesPageTests : PageTest
{
    private static readonly AskedQuery Range = new("sum(rate(a[5m]))", 1_000_000, 4_600_000, 15_000, TestClock.Start);
    private static readonly AskedQuery Instant = new("up", 9_000_000, 9_000_000, 0, TestClock.Start);

    [Fact]
    public void Without_queries_it_says_so()
    {
        var text = Render<QueriesPage>().Markup;

        Assert.Contains("None at this moment.", text);
        Assert.Contains("No query was asked yet.", text);
        Assert.DoesNotContain("last process ended", text);
    }

    [Fact]
    public void A_running_query_shows_what_it_read_so_far()
    {
        Views.Asked = Views.Asked with { Running = [new RunningQueryView(Range, TimeSpan.FromSeconds(3), false, 5, 12_000, 34, 560)] };

        var row = Render<QueriesPage>().Find("tbody tr").QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()).ToArray();

        Assert.Equal(["sum(rate(a[5m]))", "1h step 15s", "3 s", "12\u2009000", "34", "560"], row);
    }

    [Fact]
    public void The_slowest_show_their_cost_and_why_they_failed()
    {
        Views.Asked = Views.Asked with
        {
            Slowest =
            [
                new SlowQueryView(Instant, 2500, 4, 1, 5000) { Reads = new QueryReads(3, 700, 9, 70), LastError = "query timed out in expression evaluation" },
                new SlowQueryView(Range, 1, 1, 1, 1),
            ],
        };

        var rows = Render<QueriesPage>().FindAll("tbody tr");

        var cells = rows[0].QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()).ToArray();
        Assert.Equal(["one time", "2.5 s", "1.25 s", "4", "3", "700", "9"], cells[1..]);
        Assert.Contains("query timed out in expression evaluation", cells[0]);
        Assert.Equal("–", rows[1].QuerySelectorAll("td")[^1].TextContent);
    }

    [Fact]
    public void A_slow_one_shows_where_its_time_goes()
    {
        Views.Asked = Views.Asked with
        {
            Slowest =
            [
                new SlowQueryView(Range, 2500, 2, 0, 5000) { Parts = [new QueryPartView("range", "a[5m]", 1250, 700, 9), new QueryPartView("call", "rate(a[5m])", 300, 0, 0)] },
                new SlowQueryView(Instant, 1, 1, 0, 1),
            ],
        };

        var page = Render<QueriesPage>();

        var parts = Assert.Single(page.FindAll("details.tl-parts"));
        Assert.Equal("1.25 s in range a[5m]", parts.QuerySelector("summary")!.TextContent);
        var items = parts.QuerySelectorAll("li").Select(item => string.Join('|', item.Children.Select(part => part.TextContent))).ToArray();
        Assert.Equal(["1.25 s|range|a[5m]|700 samples, 9 chunks", "300 ms|call|rate(a[5m])"], items);
    }

    [Fact]
    public void A_query_leads_to_its_explanation_over_the_same_time()
    {
        Views.Asked = Views.Asked with { Slowest = [new SlowQueryView(Range, 2500, 1, 0, 2500), new SlowQueryView(Instant, 1, 1, 0, 1)] };

        var links = Render<QueriesPage>().FindAll("a.tl-query-text").Select(a => a.GetAttribute("href")).ToArray();

        Assert.Equal("explore?q=sum(rate(a%5B5m%5D))&tab=explain&from=1000000&to=4600000&step=15s", links[0]);
        Assert.Equal("explore?q=up&tab=explain&instant=1&from=5400000&to=9000000", links[1]);
    }

    [Fact]
    public void What_the_last_process_was_at_is_listed()
    {
        Views.Asked = Views.Asked with { Unfinished = [Range] };

        var page = Render<QueriesPage>();

        Assert.Contains("Running when the last process ended", page.Markup);
        Assert.Contains("1 cut off by the last end of the process", page.Markup);
    }
}
