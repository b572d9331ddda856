using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Loops;

public sealed class ReloadTests
{
    [Fact]
    public async Task Apply_same_configuration_leaves_loops_undisturbed()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        var before = harness.Snapshot;
        harness.Apply(harness.Job with { MetricRelabelConfigs = [], Params = new Dictionary<string, IReadOnlyList<string>>() });
        Assert.Same(before, harness.Snapshot);
        await harness.ScrapeAsync();
        Assert.Equal(1, harness.Target.Connections);
    }

    [Fact]
    public async Task Apply_added_and_removed_targets_touch_only_themselves()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        var before = harness.Snapshot;
        harness.Apply(harness.Job with { StaticConfigs = [.. harness.Job.StaticConfigs, new StaticConfig(["127.0.0.1:1"], Labels.Empty)] });
        Assert.Equal(2, harness.Scraper.Targets().Count);
        Assert.Contains(before, harness.Scraper.Targets());
        harness.Apply(harness.Job);
        Assert.Same(before, harness.Snapshot);
    }

    [Fact]
    public async Task Targets_come_by_job_in_the_order_of_the_configuration()
    {
        await using var harness = new ScrapeHarness();
        harness.Apply(harness.Job with { JobName = "z" }, harness.Job with { JobName = "a" });
        Assert.Equal(["z", "a"], harness.Scraper.Targets().Select(t => t.JobName));
        harness.Apply(harness.Job with { JobName = "a" }, harness.Job with { JobName = "z" });
        Assert.Equal(["a", "z"], harness.Scraper.Targets().Select(t => t.JobName));
    }

    [Fact]
    public async Task Duplicate_targets_are_scraped_once()
    {
        await using var harness = new ScrapeHarness();
        harness.Apply(harness.Job with { StaticConfigs = [new StaticConfig(["h:1", "h:1"], Labels.Empty), new StaticConfig(["h:1"], Labels.Empty)] });
        Assert.Single(harness.Scraper.Targets());
    }

    [Fact]
    public async Task Dropped_and_unusable_targets_are_said_and_cost_nobody_else()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job with
        {
            StaticConfigs = [new StaticConfig(["dropped:1", "http://bad:1", harness.Target.Address], Labels.Empty)],
            RelabelConfigs = [new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["__address__"], Regex = new AnchoredRegex("dropped.*") }],
        });
        await harness.ScrapeAsync();
        Assert.Equal("dropped:1", Assert.Single(harness.Scraper.DroppedTargets()).DiscoveredLabels["__address__"]);
        var bad = Assert.Single(harness.Scraper.Targets(), t => t.ScrapeUrl == "http://bad:1");
        Assert.Equal(TargetHealth.Down, bad.Health);
        Assert.Contains("is not a valid hostname", bad.LastError, StringComparison.Ordinal);
        Assert.Equal(TargetHealth.Up, Assert.Single(harness.Scraper.Targets(), t => t.ScrapeUrl != "http://bad:1").Health);
    }

    [Fact]
    public async Task Target_limit_fails_every_target_of_the_job_where_that_is_wanted()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        var job = harness.Job with { TargetLimit = 1, OnLimit = LimitAction.DropTarget };
        harness.Apply(job with { StaticConfigs = [.. job.StaticConfigs, new StaticConfig([harness.Target.Address], Labels.Of("instance", "other"))] });
        // Both wait for the clock before it is stepped: a loop that starts behind its first time waits for a whole interval.
        await harness.QuietAsync(2);
        await harness.ScrapeAsync();
        await harness.QuietAsync(2);
        await harness.ScrapeAsync();
        Assert.All(harness.Scraper.Targets(), t => Assert.Equal("target_limit exceeded (number of targets: 2, limit: 1)", t.LastError));
        Assert.Equal(0, harness.Target.Requests);
        await harness.QuietAsync(2);
        var last = harness.Scraper.Targets().Single(t => t.Labels["instance"] == "other").LastScrape!.Value;
        harness.Apply(job);
        await harness.QuietAsync(2);
        await harness.StepUntilAsync(last, () => harness.Snapshot.Health == TargetHealth.Up);
        Assert.Equal("", harness.Snapshot.LastError);
    }

    [Fact]
    public async Task Target_limit_fails_the_targets_over_it()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        harness.Apply(harness.Job with { TargetLimit = 1, StaticConfigs = [.. harness.Job.StaticConfigs, new StaticConfig(["localhost:1"], Labels.Empty)] });
        for (var i = 0; i < 2; i++)
        {
            await harness.QuietAsync(2);
            await harness.ScrapeAsync();
        }
        Assert.Equal([TargetHealth.Up, TargetHealth.Down], harness.Scraper.Targets().Select(t => t.Health));
        Assert.Equal("target_limit exceeded (number of targets: 2, limit: 1)", harness.Scraper.Targets()[1].LastError);
    }

    [Fact]
    public async Task Dropped_targets_are_counted_and_only_so_many_remembered()
    {
        await using var harness = new ScrapeHarness();
        harness.Apply(harness.Job with
        {
            KeepDroppedTargets = 2,
            StaticConfigs = [new StaticConfig(["a:1", "b:1", "c:1"], Labels.Empty)],
            RelabelConfigs = [new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["__address__"] }],
        });
        Assert.Equal(["a:1", "b:1"], harness.Scraper.DroppedTargets().Select(t => t.DiscoveredLabels["__address__"]));
        Assert.Equal(3, harness.Scraper.DroppedCounts()["j"]);
    }

    [Fact]
    public async Task File_discovery_follows_the_file()
    {
        using var folder = new TemporaryFolder();
        await using var harness = new ScrapeHarness();
        var path = folder.Write("t.json", """[{"targets": ["one:1"]}]""");
        harness.Apply(harness.Job with { StaticConfigs = [], FileDiscoveryConfigs = [new FileDiscoveryConfig([path], 300_000)] });
        Assert.Equal("http://one:1/metrics", harness.Snapshot.ScrapeUrl);
        Assert.Equal(path, harness.Snapshot.DiscoveredLabels["__meta_filepath"]);
        folder.Write("t.json", """[{"targets": ["one:1", "two:2"]}]""");
        harness.Time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => harness.Scraper.Targets().Count == 2, "the file is read again");
    }

    [Fact]
    public async Task Dispose_during_a_scrape_ends_it()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Answer = async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return false;
        };
        harness.Apply(harness.Job);
        await harness.Time.StepAsync();
        await Eventually.TrueAsync(() => harness.Target.Requests == 1, "the scrape has begun");
        await harness.Scraper.DisposeAsync();
        Assert.Empty(harness.Store.Lines());
        Assert.Throws<ObjectDisposedException>(() => harness.Apply(harness.Job));
    }
}
