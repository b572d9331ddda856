using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Scraping.Loops;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Scraping.Tests.Loops;

public sealed class HistogramConversionTests
{
    private readonly InMemoryStore _store = new();
    private int _scrapes;

    [Fact]
    public void Classic_histogram_becomes_one_series_with_its_bounds()
    {
        var outcome = Scrape(new ScrapeConfig { JobName = "j", ConvertClassicHistograms = true },
            "# TYPE h histogram\nh_bucket{a=\"b\",le=\"1\"} 2\nh_bucket{a=\"b\",le=\"+Inf\"} 5\nh_sum{a=\"b\"} 7\nh_count{a=\"b\"} 5\nother 1\n");
        Assert.Equal(["{a=\"b\"} schema -53 count 5 sum 7 bounds 1 counts 2 3"], Histograms());
        Assert.Equal(["h", "other"], Names());
        Assert.Equal((2, 0), (outcome.Scraped, outcome.Unconvertible));
    }

    [Fact]
    public void Classic_series_stay_where_both_are_wanted()
    {
        Scrape(new ScrapeConfig { JobName = "j", ConvertClassicHistograms = true, AlwaysScrapeClassicHistograms = true },
            "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 5\nh_sum 7\nh_count 5\n");
        Assert.Equal(["h", "h_bucket", "h_bucket", "h_count", "h_sum"], Names());
    }

    [Fact]
    public void Each_set_of_labels_is_a_histogram_and_steady_bodies_go_on()
    {
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j", ConvertClassicHistograms = true }, Labels.Empty);
        const string Body = "# TYPE h histogram\nh_count{i=\"1\"} 1\nh_bucket{i=\"1\",le=\"2\"} 1\nh_count{i=\"2\"} 3\nh_bucket{i=\"2\",le=\"2\"} 1\n";
        for (var scrape = 0; scrape < 3; scrape++)
        {
            Assert.Equal(scrape == 0 ? 2 : 0, Scrape(ingest, Body).SeriesAdded);
        }
        Assert.Equal(["h", "h"], Names());
        Assert.Equal(6, Histograms().Count);
    }

    [Theory]
    [InlineData("h_bucket{le=\"1\"} 4\nh_bucket{le=\"2\"} 2\nh_count 4\n")]
    [InlineData("h_bucket{le=\"1\"} 4\nh_bucket{le=\"+Inf\"} 6\nh_count 7\n")]
    [InlineData("h_bucket{le=\"1\"} -4\nh_count 4\n")]
    [InlineData("h_sum 4\n")]
    public void Series_that_contradict_each_other_make_no_histogram_and_are_counted(string lines)
    {
        Assert.Equal(1, Scrape(new ScrapeConfig { JobName = "j", ConvertClassicHistograms = true }, "# TYPE h histogram\n" + lines).Unconvertible);
        Assert.Empty(Names());
    }

    [Fact]
    public void Series_of_other_types_are_no_parts()
    {
        Scrape(new ScrapeConfig { JobName = "j", ConvertClassicHistograms = true }, "# TYPE h gauge\nh_bucket{le=\"1\"} 4\nh_count 4\nx_sum 3\n");
        Assert.Equal(["h_bucket", "h_count", "x_sum"], Names());
    }

    [Fact]
    public void Vanished_histogram_is_ended()
    {
        var ingest = new TargetIngest(new ScrapeConfig { JobName = "j", ConvertClassicHistograms = true }, Labels.Empty);
        Scrape(ingest, "# TYPE h histogram\nh_count 1\nh_bucket{le=\"2\"} 1\n");
        Scrape(ingest, "other 1\n");
        Assert.True(StaleMarker.Is(Columns("h").Values[1]));
    }

    private IngestOutcome Scrape(ScrapeConfig config, string body) => Scrape(new TargetIngest(config, Labels.Empty), body);

    private IngestOutcome Scrape(TargetIngest ingest, string body)
    {
        using var appender = _store.OpenAppender();
        var time = ++_scrapes * 1000L;
        var outcome = ingest.Ingest(appender, System.Text.Encoding.UTF8.GetBytes(body), ExpositionFormat.PrometheusText, time, time);
        Assert.Null(outcome.Error);
        ingest.Accept(appender, time);
        appender.Commit();
        ingest.Committed();
        return outcome;
    }

    private SampleColumns Columns(string metric)
    {
        var columns = new SampleColumns();
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        querier.Select([new LabelMatcher(Touchline.Model.MatchType.Equal, "__name__", metric)], sorted: true, CancellationToken.None)
            .Single().Read(long.MinValue, long.MaxValue, columns);
        return columns;
    }

    private List<string> Names()
    {
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        return [.. querier.Select([new LabelMatcher(Touchline.Model.MatchType.NotEqual, "__name__", "")], sorted: true, CancellationToken.None).Select(s => s.Labels.MetricName)];
    }

    private List<string> Histograms()
    {
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        var lines = new List<string>();
        foreach (var series in querier.Select([new LabelMatcher(Touchline.Model.MatchType.Equal, "__name__", "h")], sorted: true, CancellationToken.None))
        {
            var columns = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, columns);
            foreach (var h in columns.Histograms.ToArray().OfType<NativeHistogram>())
            {
                lines.Add($"{new LabelsBuilder(series.Labels).Delete("__name__").ToLabels()} schema {h.Schema} count {h.Count} sum {h.Sum} "
                    + $"bounds {string.Join(' ', h.CustomBounds)} counts {string.Join(' ', h.PositiveBuckets)}");
            }
        }
        return lines;
    }
}
