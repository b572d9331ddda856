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
        var lines = harness.Store.Lines();
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
            lines);
    }
}
