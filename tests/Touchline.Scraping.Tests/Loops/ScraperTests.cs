using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Loops;

public sealed class ScraperTests
{
    [Fact]
    public async Task Scrape_good_body_stores_samples_with_target_labels_and_report()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("# TYPE foo counter\nfoo{a=\"b\"} 1\nbar 2.5\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        Assert.Equal(TargetHealth.Up, harness.Snapshot.Health);
        Assert.Equal(2, harness.Snapshot.LastSamples);
        Assert.Equal(
            [
                "bar{instance=\"i\", job=\"j\"} 2.5",
                "foo{a=\"b\", instance=\"i\", job=\"j\"} 1",
                "scrape_duration_seconds{instance=\"i\", job=\"j\"} 0",
                "scrape_samples_post_metric_relabeling{instance=\"i\", job=\"j\"} 2",
                "scrape_samples_scraped{instance=\"i\", job=\"j\"} 2",
                "scrape_series_added{instance=\"i\", job=\"j\"} 2",
                "up{instance=\"i\", job=\"j\"} 1",
            ],
            harness.Store.Lines());
    }

    [Fact]
    public async Task Scrape_times_are_one_interval_apart_to_the_millisecond()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\n");
        harness.Apply(harness.Job);
        for (var i = 0; i < 3; i++)
        {
            await harness.ScrapeAsync();
        }
        var times = harness.Store.Samples("foo").Select(s => s.TimeMs).ToList();
        Assert.Equal([times[0], times[0] + 10_000, times[0] + 20_000], times);
        Assert.Equal(times[2], harness.Snapshot.LastScrape!.Value.ToUnixTimeMilliseconds());
        Assert.Equal(1, harness.Target.Connections);
    }

    [Fact]
    public async Task Scrape_metadata_reaches_the_store_and_changes_with_the_target()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("# HELP foo A \\\\ foo.\n# TYPE foo counter\nfoo 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal(new MetricMetadata(MetricType.Counter, "A \\ foo.", ""), Metadata(harness, "foo"));
        harness.Target.Serve("# TYPE foo_seconds gauge\n# UNIT foo_seconds seconds\n# HELP foo Other.\nfoo_seconds 1\n# EOF\n", "application/openmetrics-text");
        await harness.ScrapeAsync();
        Assert.Equal(new MetricMetadata(MetricType.Counter, "Other.", ""), Metadata(harness, "foo"));
        Assert.Equal(new MetricMetadata(MetricType.Gauge, "", "seconds"), Metadata(harness, "foo_seconds"));
    }

    [Fact]
    public async Task Scrape_metric_relabelling_edits_and_drops_and_is_counted()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("keep 1\ndrop 2\ndrop{a=\"b\"} 3\n");
        harness.Apply(harness.Job with
        {
            MetricRelabelConfigs =
            [
                new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["__name__"], Regex = new AnchoredRegex("drop") },
                new RelabelConfig { TargetLabel = "added", Replacement = "x" },
            ],
        });
        await harness.ScrapeAsync();
        await harness.ScrapeAsync();
        Assert.Equal(2, harness.Store.Samples("keep").Count);
        Assert.All(harness.Store.Samples("keep"), s => Assert.Equal("x", s.Labels["added"]));
        Assert.Empty(harness.Store.Samples("drop"));
        Assert.Equal(3, harness.Store.Last("scrape_samples_scraped"));
        Assert.Equal(1, harness.Store.Last("scrape_samples_post_metric_relabeling"));
    }

    [Fact]
    public async Task Scrape_series_added_counts_new_series_only()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal(2, harness.Store.Last("scrape_series_added"));
        harness.Target.Serve("c 1\nb 1\na 1\n");
        await harness.ScrapeAsync();
        Assert.Equal(1, harness.Store.Last("scrape_series_added"));
        await harness.ScrapeAsync();
        Assert.Equal(0, harness.Store.Last("scrape_series_added"));
    }

    [Fact]
    public async Task Scrape_duplicate_samples_keep_the_first_and_are_counted()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\nfoo 2\nfoo 3\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        await harness.ScrapeAsync();
        Assert.Equal([1d, 1d], harness.Store.Samples("foo").Select(s => s.Value));
        Assert.Equal(4, harness.Scraper.Statistics.DuplicateSamples);
        Assert.Equal(TargetHealth.Up, harness.Snapshot.Health);
    }

    [Fact]
    public async Task Scrape_explicit_times_are_kept_unless_too_far_ahead()
    {
        await using var harness = new ScrapeHarness();
        var now = harness.Time.GetUtcNow().ToUnixTimeMilliseconds();
        harness.Target.Serve($"near 1 {now + 500_000}\nfar 1 {now + 700_000}\nold 1 5\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal(now + 500_000, Assert.Single(harness.Store.Samples("near")).TimeMs);
        Assert.Equal(5, Assert.Single(harness.Store.Samples("old")).TimeMs);
        Assert.Empty(harness.Store.Samples("far"));
        Assert.Equal(1, harness.Scraper.Statistics.OutOfBoundsSamples);
        Assert.Equal(1, harness.Store.Last("up"));
    }

    [Fact]
    public async Task Scrape_honor_timestamps_off_gives_the_scrape_s_time()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1 5\n");
        harness.Apply(harness.Job with { HonorTimestamps = false });
        await harness.ScrapeAsync();
        Assert.Equal(harness.Snapshot.LastScrape!.Value.ToUnixTimeMilliseconds(), Assert.Single(harness.Store.Samples("foo")).TimeMs);
    }

    [Theory]
    [InlineData("good 1\nbad\n", "line 2: expected value after metric, got the end of the line")]
    [InlineData("good 1\nfoo{a=\"1\",a=\"2\"} 1\n", "line 2: label name \"a\" is not unique in \"foo{a=\\\"1\\\",a=\\\"2\\\"}\", expected each name once")]
    [InlineData("good 1\nfoo{a=\"cut of", "line 2: expected a label value in double quotes, got \"\\\"cut of\"")]
    public async Task Scrape_broken_body_stores_none_of_it(string body, string error)
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve(body);
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal(error, harness.Snapshot.LastError);
        Assert.Equal(TargetHealth.Down, harness.Snapshot.Health);
        Assert.Equal(0, harness.Store.Last("up"));
        Assert.Empty(harness.Store.Samples("good"));
    }

    [Fact]
    public async Task Scrape_empty_body_is_up_without_samples()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("", contentType: null);
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal(1, harness.Store.Last("up"));
        Assert.Equal(0, harness.Store.Last("scrape_samples_scraped"));
    }

    [Fact]
    public async Task Scrape_sample_limit_refuses_the_whole_body_and_says_how_many()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb 1\nc 1\n");
        harness.Apply(harness.Job with { SampleLimit = 2, OnLimit = LimitAction.DropTarget });
        await harness.ScrapeAsync();
        Assert.Equal("sample limit exceeded", harness.Snapshot.LastError);
        Assert.Empty(harness.Store.Samples("a"));
        Assert.Equal(3, harness.Store.Last("scrape_samples_scraped"));
        Assert.Equal(1, harness.Scraper.Statistics.SampleLimitExceeded);
        harness.Target.Serve("a 1\nb 1\n");
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
    }

    [Fact]
    public async Task Scrape_label_limit_refuses_the_whole_body_every_time_where_that_is_wanted()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb{x=\"1\",y=\"2\"} 1\n");
        harness.Apply(harness.Job with { LabelLimit = 4, OnLimit = LimitAction.DropTarget });
        for (var i = 0; i < 2; i++)
        {
            await harness.ScrapeAsync();
            Assert.StartsWith("label_limit exceeded (metric: b{instance=", harness.Snapshot.LastError, StringComparison.Ordinal);
        }
        Assert.Empty(harness.Store.Samples("a"));
    }

    [Fact]
    public async Task Storage_refusing_is_the_target_s_error_and_passes_when_room_returns()
    {
        await using var memory = new ScrapeHarness();
        var store = new RefusingStore(memory.Store);
        await using var harness = new ScrapeHarness(store);
        harness.Target.Serve("foo 1\n");
        harness.Apply(harness.Job);
        store.RefusesSamples = true;
        await harness.ScrapeAsync();
        Assert.Equal("storage refuses samples for now: the disk is full or cannot be written", harness.Snapshot.LastError);
        store.RefusesSamples = false;
        store.RefusesCommits = true;
        await harness.ScrapeAsync();
        Assert.Equal("storage refuses samples for now: the disk is full or cannot be written", harness.Snapshot.LastError);
        Assert.Empty(memory.Store.Lines());
        store.RefusesCommits = false;
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        Assert.Equal(["foo{instance=\"i\", job=\"j\"} 1"], memory.Store.Lines("foo"));
        Assert.Equal(0, store.OpenAppenders);
    }

    [Fact]
    public async Task Store_that_throws_costs_the_scrape_only()
    {
        await using var memory = new ScrapeHarness();
        var store = new RefusingStore(memory.Store) { IsBroken = true };
        await using var harness = new ScrapeHarness(store);
        harness.Target.Serve("foo 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal("the store is broken", harness.Snapshot.LastError);
        store.IsBroken = false;
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
    }

    [Fact]
    public async Task Exemplars_are_read_beside_their_samples()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo_total 1 # {trace_id=\"x\"} 2 3\n# EOF\n", "application/openmetrics-text; version=1.0.0");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        Assert.Equal(2, harness.Store.Samples("foo_total").Count);
    }

    private static MetricMetadata Metadata(ScrapeHarness harness, string name)
    {
        using var querier = harness.Store.OpenQuerier(0, long.MaxValue);
        return querier.Metadata()[name];
    }
}
