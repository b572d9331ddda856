using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Loops;

public sealed class ScrapeFailureLogTests
{
    [Fact]
    public async Task Scrapes_that_fail_are_written_and_a_file_that_is_moved_away_is_made_anew()
    {
        using var folder = new TemporaryFolder();
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("a 1\n");
        var path = folder.File("failures.log");
        harness.Apply(harness.Job with { ScrapeFailureLogFile = path });
        await harness.ScrapeAsync();
        Assert.False(File.Exists(path));

        harness.Target.Serve("no\n", "text/plain");
        await harness.ScrapeAsync();
        await harness.QuietAsync(1);
        var line = Assert.Single(await File.ReadAllLinesAsync(path));
        Assert.Contains("\"level\":\"ERROR\"", line, StringComparison.Ordinal);
        Assert.Contains($"\"job_name\":\"j\",\"target\":\"http://{harness.Target.Address}/metrics\"", line, StringComparison.Ordinal);

        File.Move(path, path + ".1");
        await harness.ScrapeAsync();
        await harness.QuietAsync(1);
        Assert.Single(await File.ReadAllLinesAsync(path));
    }

    [Fact]
    public async Task File_that_cannot_be_written_costs_no_scrape()
    {
        using var folder = new TemporaryFolder();
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("no\n", "text/plain");
        harness.Apply(harness.Job with { ScrapeFailureLogFile = folder.File("none/failures.log") });
        await harness.ScrapeAsync();
        await harness.ScrapeAsync();
        Assert.Equal(TargetHealth.Down, harness.Snapshot.Health);
    }
}
