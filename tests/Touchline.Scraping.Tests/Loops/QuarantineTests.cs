using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Scraping.Loops;
using Touchline.Scraping.Tests.Support;
using Touchline.Storage.InMemory;

namespace Touchline.Scraping.Tests.Loops;

public sealed class QuarantineTests
{
    private readonly InMemoryStore _store = new();
    private int _scrapes;

    [Fact]
    public async Task Metric_that_breaks_a_limit_is_left_out_and_named_and_the_rest_is_stored()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\nb{x=\"1\"} 1\nb{x=\"1\",y=\"2\"} 1\nc 1\n");
        harness.Apply(harness.Job with { LabelLimit = 4 });
        await harness.ScrapeAsync();
        Assert.Equal(["a", "c"], harness.Store.Samples().Select(s => s.Labels.MetricName).Where(name => name.Length == 1));
        Assert.Equal(TargetHealth.Up, harness.Snapshot.Health);
        Assert.StartsWith("1 of its metrics left out: b: label_limit exceeded (metric: b{instance=", harness.Snapshot.LastError, StringComparison.Ordinal);
        Assert.Equal("b", Assert.Single(harness.Snapshot.Quarantined).Name);
        Assert.Equal((1d, 4d, 4d), (harness.Store.Last("up"), harness.Store.Last("scrape_samples_scraped"), harness.Store.Last("scrape_samples_post_metric_relabeling")));
        Assert.Equal(2, harness.Scraper.Statistics.QuarantinedSamples);
        harness.Target.Serve("a 1\nb{x=\"1\"} 1\n");
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        Assert.Single(harness.Store.Samples("b"));
    }

    [Fact]
    public async Task Metric_with_a_name_that_is_not_wanted_is_left_out_and_the_rest_is_stored()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n{\"b.c\"} 1\nd{\"x.y\"=\"1\"} 1\nd 2\n");
        harness.Apply(harness.Job with { MetricNameValidation = NameValidation.Legacy });
        await harness.ScrapeAsync();
        Assert.Equal(["a"], harness.Store.Samples().Select(s => s.Labels.MetricName).Where(name => name is "a" or "b.c" or "d"));
        Assert.Equal(["b.c", "d"], harness.Snapshot.Quarantined.Select(metric => metric.Name));
        Assert.Equal(TargetHealth.Up, harness.Snapshot.Health);
        Assert.Contains("b.c: invalid metric name or label names: ", harness.Snapshot.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Largest_metrics_go_until_the_rest_keeps_to_the_sample_limit()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", SampleLimit = 4 });
        Scrape(ingest, Text(small: 2, large: 3, larger: 5));
        Assert.Equal(["large", "larger"], ingest.Quarantined.Select(metric => metric.Name));
        Assert.Equal("sample_limit exceeded (number of samples: 5, limit of the target: 4)", ingest.Quarantined[1].Reason);
        Assert.Equal([2, 0, 0], Counts());
    }

    [Fact]
    public void Metrics_come_back_once_all_of_them_have_room()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", SampleLimit = 5 });
        Scrape(ingest, Text(small: 1, large: 2, larger: 4));
        Assert.Equal([1, 2, 0], Counts());
        Scrape(ingest, Text(small: 1, large: 2, larger: 3));
        Assert.Equal([2, 4, 0], Counts());
        Scrape(ingest, Text(small: 1, large: 2, larger: 2));
        Assert.Equal([3, 6, 2], Counts());
        Assert.Empty(ingest.Quarantined);
    }

    [Fact]
    public void Metric_that_is_gone_is_no_longer_named()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", SampleLimit = 2 });
        Scrape(ingest, Text(small: 1, large: 3, larger: 5));
        Scrape(ingest, Text(small: 1, large: 3, larger: 0));
        Assert.Equal(["large"], ingest.Quarantined.Select(metric => metric.Name));
    }

    [Fact]
    public void Failed_scrape_does_not_make_known_series_new()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j" });
        Assert.Equal(1, Scrape(ingest, Text(small: 1, large: 0, larger: 0)).SeriesAdded);
        using (var appender = _store.OpenAppender())
        {
            ingest.Fail(appender, ++_scrapes * 1000L);
            appender.Commit();
        }
        Assert.Equal(0, Scrape(ingest, Text(small: 1, large: 0, larger: 0)).SeriesAdded);
    }

    [Fact]
    public void Series_of_a_metric_that_is_left_out_are_ended()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", SampleLimit = 3 });
        Scrape(ingest, Text(small: 1, large: 1, larger: 1));
        Scrape(ingest, Text(small: 1, large: 1, larger: 4));
        Assert.Equal(["{__name__=\"larger\", i=\"0\"} 1", "{__name__=\"larger\", i=\"0\"} stale"], _store.Lines("larger").Select(Plain));
    }

    [Fact]
    public void One_metric_larger_than_the_limit_leaves_the_others()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", SampleLimit = 2 });
        for (var i = 1; i < 4; i++)
        {
            var outcome = Scrape(ingest, Text(small: 1, large: 1, larger: 50));
            Assert.Equal((52, 50, true), (outcome.Scraped, outcome.Quarantined, outcome.SampleLimitExceeded));
            Assert.Equal(i == 1 ? 2 : 0, outcome.SeriesAdded);
            Assert.Equal([i, i, 0], Counts());
        }
    }

    [Fact]
    public void Histogram_with_too_many_buckets_loses_resolution_first()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", ScrapeNativeHistograms = true, NativeHistogramBucketLimit = 2 });
        Scrape(ingest, Histogram("h", schema: 0), ExpositionFormat.Protobuf);
        Assert.Empty(ingest.Quarantined);
        var stored = Assert.Single(Histograms("h"));
        Assert.Equal((-1, 4d), (stored.Schema, stored.PositiveBuckets.Sum()));
        Assert.Equal(2, stored.PositiveBuckets.Length);
    }

    [Fact]
    public void Histogram_with_too_many_buckets_at_any_resolution_is_left_out()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", ScrapeNativeHistograms = true, NativeHistogramBucketLimit = 1 });
        var outcome = Scrape(ingest, [.. Histogram("h", schema: -4), .. ProtobufText.Delimited("{ 1:\"g\" 3:1 4:{ 2:{ 1:1d } } }")], ExpositionFormat.Protobuf);
        Assert.True(outcome.BucketLimitExceeded);
        Assert.Equal("histogram bucket limit exceeded (native_histogram_bucket_limit: 1)", Assert.Single(ingest.Quarantined).Reason);
        Assert.Single(_store.Samples("g"));
    }

    [Fact]
    public void Drop_target_fails_the_scrape_for_a_histogram_too()
    {
        var ingest = Ingest(new ScrapeConfig { JobName = "j", ScrapeNativeHistograms = true, NativeHistogramBucketLimit = 1, OnLimit = LimitAction.DropTarget });
        Assert.StartsWith("histogram bucket limit exceeded", Scrape(ingest, Histogram("h", schema: -4), ExpositionFormat.Protobuf).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.1, 2)]
    [InlineData(2, 0)]
    [InlineData(1.0001, 3)]
    public void Bucket_factor_bounds_the_resolution(double factor, int expected)
    {
        Scrape(Ingest(new ScrapeConfig { JobName = "j", ScrapeNativeHistograms = true, NativeHistogramMinBucketFactor = factor }),
            Histogram("h", schema: 3), ExpositionFormat.Protobuf);
        Assert.Equal(expected, Assert.Single(Histograms("h")).Schema);
    }

    private static TargetIngest Ingest(ScrapeConfig config) => new(config, Labels.Empty);

    private static byte[] Text(int small, int large, int larger) => System.Text.Encoding.UTF8.GetBytes(
        Metric("small", small) + Metric("large", large) + Metric("larger", larger));

    private static string Metric(string name, int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{name}{{i=\"{i}\"}} 1\n"));

    private static string Plain(string line) => line.StartsWith("larger", StringComparison.Ordinal) ? "{__name__=\"larger\", " + line["larger{".Length..] : line;

    /// <summary>Four buckets side by side.</summary>
    private static byte[] Histogram(string name, int schema) => ProtobufText.Delimited(
        $$"""{ 1:"{{name}}" 3:4 4:{ 7:{ 1:4 2:9d 5:{{schema}}z 12:{ 1:1z 2:4 } 13:1z 13:0z 13:0z 13:0z } } }""");

    private IngestOutcome Scrape(TargetIngest ingest, byte[] body, ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var appender = _store.OpenAppender();
        var time = ++_scrapes * 1000L;
        var outcome = ingest.Ingest(appender, body, format, time, time);
        Assert.True(outcome.Error is null ? ingest.Accept(appender, time) : ingest.Fail(appender, time));
        appender.Commit();
        ingest.Committed();
        return outcome;
    }

    /// <summary>Samples of each metric that are no staleness markers.</summary>
    private int[] Counts() => [.. new[] { "small", "large", "larger" }.Select(name => _store.Samples(name).Count(s => !StaleMarker.Is(s.Value)))];

    private List<NativeHistogram> Histograms(string name)
    {
        var columns = new Storage.SampleColumns();
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        foreach (var series in querier.Select([new LabelMatcher(Touchline.Model.MatchType.Equal, "__name__", name)], sorted: true, CancellationToken.None))
        {
            series.Read(long.MinValue, long.MaxValue, columns);
        }
        return [.. columns.Histograms.ToArray().Select(histogram => histogram!)];
    }
}
