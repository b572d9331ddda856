using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Discovery;

namespace Touchline.Scraping.Tests.Discovery;

public sealed class TargetFactoryTests
{
    private static readonly ScrapeConfig Job = new() { JobName = "web", ScrapeIntervalMs = 15_000, ScrapeTimeoutMs = 10_000 };

    [Fact]
    public void Create_plain_address_gets_the_defaults()
    {
        var target = Create(Job, "host:8080")!;
        Assert.Equal(Labels.Of("instance", "host:8080", "job", "web"), target.Labels);
        Assert.Equal("http://host:8080/metrics", target.DisplayUrl);
        Assert.Equal(15_000, target.IntervalMs);
        Assert.Equal(10_000, target.TimeoutMs);
        Assert.Equal(
            Labels.Of("__address__", "host:8080", "__metrics_path__", "/metrics", "__scheme__", "http", "__scrape_interval__", "15s", "__scrape_timeout__", "10s", "job", "web"),
            target.DiscoveredLabels);
    }

    [Theory]
    [InlineData("http", "host", "http://host/metrics", 80)]
    [InlineData("https", "host", "https://host/metrics", 443)]
    [InlineData("https", "host:8443", "https://host:8443/metrics", 8443)]
    [InlineData("http", "[::1]:9100", "http://[::1]:9100/metrics", 9100)]
    public void Create_missing_port_is_the_scheme_s_and_is_not_written_into_labels(string scheme, string address, string url, int port)
    {
        var target = Create(Job with { Scheme = scheme }, address)!;
        Assert.Equal(url, target.DisplayUrl);
        Assert.Equal(port, target.Url.Port);
        Assert.Equal(address, target.Labels["instance"]);
    }

    [Fact]
    public void Create_params_become_labels_and_the_query()
    {
        var job = Job with { Params = new Dictionary<string, IReadOnlyList<string>> { ["module"] = ["http 2xx"], ["a"] = ["1", "2"] } };
        var target = Create(job, "host:80")!;
        Assert.Equal("http://host:80/metrics?a=1&a=2&module=http+2xx", target.DisplayUrl);
        Assert.Equal("http 2xx", target.DiscoveredLabels["__param_module"]);
    }

    [Fact]
    public void Create_relabelling_sets_address_path_scheme_params_and_times()
    {
        var job = Job with
        {
            RelabelConfigs =
            [
                new RelabelConfig { SourceLabels = ["__address__"], TargetLabel = "__param_target" },
                new RelabelConfig { SourceLabels = ["__param_target"], TargetLabel = "instance" },
                new RelabelConfig { TargetLabel = "__address__", Replacement = "prober:9115" },
                new RelabelConfig { TargetLabel = "__metrics_path__", Replacement = "probe" },
                new RelabelConfig { TargetLabel = "__scheme__", Replacement = "https" },
                new RelabelConfig { TargetLabel = "__scrape_interval__", Replacement = "1m" },
                new RelabelConfig { TargetLabel = "__scrape_timeout__", Replacement = "30s" },
                new RelabelConfig { SourceLabels = ["__meta_zone"], TargetLabel = "zone" },
            ],
        };
        var target = Create(job, "example.org", Labels.Of("__meta_zone", "eu", "__tmp", "x"))!;
        Assert.Equal("https://prober:9115/probe?target=example.org", target.DisplayUrl);
        Assert.Equal(Labels.Of("instance", "example.org", "job", "web", "zone", "eu"), target.Labels);
        Assert.Equal(60_000, target.IntervalMs);
        Assert.Equal(30_000, target.TimeoutMs);
    }

    [Fact]
    public void Create_group_label_job_wins_over_the_job_s_name() => Assert.Equal("mine", Create(Job, "host:80", Labels.Of("job", "mine"))!.Labels["job"]);

    [Fact]
    public void Create_dropped_target_keeps_what_was_discovered()
    {
        var job = Job with { RelabelConfigs = [new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["__address__"], Regex = new AnchoredRegex("h.*") }] };
        var outcome = TargetFactory.Create(job, "host:80", Labels.Empty);
        Assert.Null(outcome.Target);
        Assert.Null(outcome.Error);
        Assert.Equal("host:80", outcome.DiscoveredLabels["__address__"]);
    }

    [Theory]
    [InlineData("", "x", "1", "no address")]
    [InlineData("http://host:80", "__none", "", "\"http://host:80\" is not a valid hostname")]
    [InlineData("host:notaport", "__none", "", "is not a valid URL")]
    [InlineData("host:80", "__scrape_interval__", "soon", "error parsing scrape interval: not a valid duration string: \"soon\"")]
    [InlineData("host:80", "__scrape_timeout__", "1", "error parsing scrape timeout: not a valid duration string: \"1\"")]
    [InlineData("host:80", "__scrape_interval__", "0s", "scrape interval cannot be 0")]
    [InlineData("host:80", "__scrape_timeout__", "20s", "scrape timeout cannot be greater than scrape interval (\"20s\" > \"15s\")")]
    public void Create_unusable_target_says_why(string address, string label, string value, string error)
    {
        var outcome = TargetFactory.Create(Job, address, Labels.Of(label, value));
        Assert.Null(outcome.Target);
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DisplayUrl_hides_credentials()
    {
        var target = Create(Job, "me:secret@host:80")!;
        Assert.Equal("http://xxxxx@host:80/metrics", target.DisplayUrl);
        Assert.Equal("me:secret", target.Url.UserInfo);
    }

    [Fact]
    public void Create_question_mark_in_a_path_stays_in_the_path() =>
        Assert.Equal("http://host:80/a%3Fb%23c%20d", Create(Job with { MetricsPath = "/a?b#c d" }, "host:80")!.DisplayUrl);

    [Fact]
    public void OffsetMs_spreads_targets_over_the_interval_and_is_stable()
    {
        var offsets = Enumerable.Range(0, 1000).Select(i => Create(Job, $"host{i}:80")!.OffsetMs).ToList();
        Assert.All(offsets, offset => Assert.InRange(offset, 0, 14_999));
        // Each of 10 slices of the interval gets its share of the targets, within four standard deviations.
        Assert.All(offsets.GroupBy(o => o / 1500), slice => Assert.InRange(slice.Count(), 62, 138));
        Assert.Equal(offsets, Enumerable.Range(0, 1000).Select(i => Create(Job, $"host{i}:80")!.OffsetMs));
    }

    private static Target? Create(ScrapeConfig job, string address, Labels? labels = null)
    {
        var outcome = TargetFactory.Create(job, address, labels ?? Labels.Empty);
        Assert.Null(outcome.Error);
        return outcome.Target;
    }
}
