using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Loops;

public sealed class StalenessTests
{
    [Fact]
    public async Task Vanished_series_is_ended_once_at_the_scrape_that_missed_it()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb 2\nc 3\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        harness.Target.Serve("a 1\nc 3\n");
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        Assert.Equal(["2", "stale"], Values(harness, "b"));
        Assert.Equal(["1", "1", "1"], Values(harness, "a"));
        Assert.Equal(harness.Store.Samples("a")[1].TimeMs, harness.Store.Samples("b")[1].TimeMs);
        harness.Target.Serve("a 1\nb 5\nc 3\n");
        await harness.ScrapeAsync();
        Assert.Equal(["2", "stale", "5"], Values(harness, "b"));
    }

    [Theory]
    [InlineData("a 1\nb 2\nbroken\n")]
    [InlineData("b 2\nnew 1\nbroken\n")]
    [InlineData("broken\n")]
    public async Task Broken_body_ends_all_that_lived_and_nothing_that_never_did(string broken)
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb 2\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        harness.Target.Serve(broken);
        await harness.ScrapeAsync();
        await harness.ScrapeAsync();
        Assert.Equal(["1", "stale"], Values(harness, "a"));
        Assert.Equal(["2", "stale"], Values(harness, "b"));
        Assert.Empty(Values(harness, "new"));
        Assert.Equal(["1", "0", "0"], Values(harness, "up"));
        harness.Target.Serve("a 1\nb 2\n");
        await harness.ScrapeAsync();
        Assert.Equal(["1", "stale", "1"], Values(harness, "a"));
    }

    [Fact]
    public async Task Unreachable_target_ends_all_that_lived()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        harness.Target.Serve([], status: "500 Internal Server Error");
        await harness.ScrapeAsync();
        Assert.Equal(["1", "stale"], Values(harness, "a"));
        Assert.Equal("server returned HTTP status 500 Internal Server Error", harness.Snapshot.LastError);
    }

    [Fact]
    public async Task Explicit_times_are_not_ended_unless_tracked()
    {
        await using var harness = new ScrapeHarness();
        var time = harness.Time.GetUtcNow().ToUnixTimeMilliseconds();
        harness.Target.Serve($"a 1 {time}\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        harness.Target.Serve("");
        await harness.ScrapeAsync();
        Assert.Equal(["1"], Values(harness, "a"));
    }

    [Fact]
    public async Task Explicit_times_are_ended_where_track_timestamps_staleness_is_set()
    {
        await using var harness = new ScrapeHarness();
        var time = harness.Time.GetUtcNow().ToUnixTimeMilliseconds();
        harness.Target.Serve($"a 1 {time}\n");
        harness.Apply(harness.Job with { TrackTimestampsStaleness = true });
        await harness.ScrapeAsync();
        harness.Target.Serve("");
        await harness.ScrapeAsync();
        Assert.Equal(["1", "stale"], Values(harness, "a"));
    }

    [Fact]
    public async Task Series_written_with_labels_in_another_order_is_not_ended()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a{x=\"1\",y=\"2\"} 1\nb 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        harness.Target.Serve("a{y=\"2\",x=\"1\"} 1\nb 1\n");
        await harness.ScrapeAsync();
        Assert.Equal(["1", "1"], Values(harness, "a"));
    }

    [Fact]
    public async Task Removed_target_is_ended_after_two_intervals_report_included()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        harness.Apply();
        Assert.Empty(harness.Scraper.Targets());
        Assert.Equal(["1"], Values(harness, "a"));
        for (var i = 0; i < 3; i++)
        {
            await harness.QuietAsync(1);
            await harness.Time.StepAsync();
        }
        await Eventually.TrueAsync(() => Values(harness, "a").Count == 2, "markers are written");
        Assert.Equal(["1", "stale"], Values(harness, "a"));
        Assert.Equal(["1", "stale"], Values(harness, "up"));
        var samples = harness.Store.Samples("a");
        Assert.Equal(samples[0].TimeMs + 10_000, samples[1].TimeMs);
    }

    [Fact]
    public async Task Target_with_changed_settings_goes_on_and_ends_only_what_it_lost()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb 2\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        var last = harness.Snapshot.LastScrape!.Value;
        harness.Apply(harness.Job with
        {
            ScrapeIntervalMs = 20_000,
            MetricRelabelConfigs = [new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["__name__"], Regex = new AnchoredRegex("b") }],
        });
        await harness.QuietAsync(2);
        await harness.StepUntilAsync(last, () => harness.Store.Samples("a").Count == 2);
        Assert.Equal(["1", "1"], Values(harness, "a"));
        Assert.Equal(["2", "stale"], Values(harness, "b"));
        await harness.StepUntilAsync(last, () => harness.Store.Samples("a").Count == 5);
        Assert.Equal(["1", "1", "1", "1", "1"], Values(harness, "a"));
        Assert.DoesNotContain("stale", Values(harness, "up"));
    }

    [Fact]
    public async Task Target_that_moves_to_another_job_entry_with_equal_labels_goes_on()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        var job = harness.Job with { StaticConfigs = [new StaticConfig([harness.Target.Address], Labels.Of("instance", "i", "job", "same"))] };
        harness.Apply(job);
        await harness.ScrapeAsync();
        var last = harness.Snapshot.LastScrape!.Value;
        harness.Apply(job with { JobName = "renamed" });
        await harness.QuietAsync(2);
        await harness.StepUntilAsync(last, () => harness.Store.Samples("a").Count == 6);
        Assert.DoesNotContain("stale", Values(harness, "a"));
    }

    [Fact]
    public async Task Shutdown_ends_nothing()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        await harness.Scraper.DisposeAsync();
        Assert.Equal(["1"], Values(harness, "a"));
    }

    private static List<string> Values(ScrapeHarness harness, string metric) =>
        [.. harness.Store.Samples(metric).Select(s => StaleMarker.Is(s.Value) ? "stale" : SampleValue.Format(s.Value))];
}
