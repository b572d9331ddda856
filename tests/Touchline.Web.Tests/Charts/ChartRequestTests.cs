using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Touchline.Web.Charts;

namespace Touchline.Web.Tests.Charts;

public sealed class ChartRequestTests
{
    private const long Now = 1_772_366_403_000;

    [Fact]
    public void Grid_is_aligned_to_the_step_so_that_points_stay_where_they_were()
    {
        var now = Parse("query=up&from=now-1h&to=now&points=360");
        var later = Parse("query=up&from=now-1h&to=now&points=360", Now + 4000);

        Assert.Equal(10_000, now.StepMs);
        Assert.Equal(0, now.StartMs % now.StepMs);
        Assert.Equal(now.StartMs, later.StartMs);
        Assert.True(now.StartMs >= now.FromMs && now.EndMs <= now.ToMs);
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(1001, 2000)]
    [InlineData(14_000, 15_000)]
    [InlineData(61_000, 120_000)]
    [InlineData(90_000_000, 172_800_000)]
    public void Steps_are_those_of_a_clock_face(long wanted, long expected) => Assert.Equal(expected, ChartRequest.NiceStep(wanted));

    [Fact]
    public void Rate_interval_holds_four_scrapes_or_the_step_and_one_scrape()
    {
        Assert.Equal("rate(a[1m])", Parse("query=rate(a[$__rate_interval])&scrape=15s&step=5s").Queries[0]);
        Assert.Equal("rate(a[5m15s])", Parse("query=rate(a[$__rate_interval])&scrape=15s&step=5m&from=now-1d").Queries[0]);
    }

    [Fact]
    public void A_range_shorter_than_the_step_is_one_point_at_its_end()
    {
        var request = Parse("query=up&from=1772366401000&to=1772366402000&step=1h");

        Assert.Equal(1, request.Points);
        Assert.Equal(request.ToMs, request.StartMs);
    }

    [Theory]
    [InlineData("", "query")]
    [InlineData("query=%20", "query")]
    [InlineData("query=up&from=soon", "time range")]
    [InlineData("query=up&from=now&to=now-1h", "time range")]
    [InlineData("query=up&step=0s", "step")]
    [InlineData("query=up&step=-5", "step")]
    [InlineData("query=up&points=many", "points")]
    [InlineData("query=up&points=0", "points")]
    [InlineData("query=up&from=now-1y&step=1s", "maximum resolution")]
    public void What_cannot_be_read_is_named(string query, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Parse(query)).Message);

    [Fact]
    public void Too_many_queries_are_refused() =>
        Assert.Throws<FormatException>(() => Parse(string.Join('&', Enumerable.Repeat("query=up", ChartRequest.MaxQueries + 1))));

    [Fact]
    public void Points_and_series_are_capped()
    {
        var request = Parse("query=up&points=2000000000&series=2000000000&from=now-30d");

        Assert.InRange(request.Points, 1, ChartRequest.MaxPoints);
        Assert.Equal(ChartRequest.MaxSeries, request.SeriesLimit);
    }

    private static ChartRequest Parse(string query, long now = Now) => ChartRequest.Parse(new QueryCollection(QueryHelpers.ParseQuery(query)), now);
}
