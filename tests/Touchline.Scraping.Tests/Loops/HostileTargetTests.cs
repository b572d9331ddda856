using System.Text;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Loops;

/// <summary>Targets that misbehave cost their own scrape and nothing else.</summary>
public sealed class HostileTargetTests
{
    [Fact]
    public async Task Hanging_target_ends_at_the_timeout()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Answer = async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return false;
        };
        harness.Apply(harness.Job);
        await TimeOutAsync(harness);
        Assert.Equal($"Get \"http://{harness.Target.Address}/metrics\": context deadline exceeded", harness.Snapshot.LastError);
        Assert.Equal(ScrapeHarness.Timeout.TotalSeconds, harness.Store.Last("scrape_duration_seconds"));
        Assert.Equal(0, harness.Store.Last("up"));
    }

    [Fact]
    public async Task Dripping_target_ends_at_the_timeout()
    {
        await using var harness = new ScrapeHarness();
        var dripped = 0;
        harness.Target.Answer = async (_, stream, token) =>
        {
            await FakeTarget.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await FakeTarget.WriteAsync(stream, "a"u8.ToArray(), token);
                dripped++;
                await Task.Delay(10, token);
            }
        };
        harness.Apply(harness.Job);
        await harness.Time.StepAsync();
        await Eventually.TrueAsync(() => dripped > 3, "some bytes came");
        await harness.Time.StepAsync();
        await harness.ScrapesAsync(1);
        Assert.Equal("context deadline exceeded", harness.Snapshot.LastError);
    }

    [Fact]
    public async Task Body_shorter_than_promised_is_refused()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Answer = async (_, stream, token) =>
        {
            await FakeTarget.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 100\r\n\r\nfoo 1\n"u8.ToArray(), token);
            stream.Close();
            return true;
        };
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal("unexpected EOF", harness.Snapshot.LastError);
        Assert.Empty(harness.Store.Samples("foo"));
    }

    [Fact]
    public async Task Body_of_64_MiB_is_stored_whole()
    {
        await using var harness = new ScrapeHarness();
        // Long comments make it large without making the test's store large.
        var body = new StringBuilder();
        var comment = "# " + new string('x', 64 * 1024) + "\n";
        while (body.Length < 64 << 20)
        {
            body.Append(comment).Append("foo{n=\"").Append(body.Length).Append("\"} 1\n");
        }
        harness.Target.Serve(body.ToString());
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal("", harness.Snapshot.LastError);
        Assert.Equal(1024, harness.Store.Samples("foo").Count);
    }

    [Fact]
    public async Task Body_above_the_default_limit_is_refused_clearly()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve(new byte[130 << 20]);
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.Equal("body size limit exceeded: more than 134217728 bytes, raise body_size_limit to allow more", harness.Snapshot.LastError);
        Assert.Equal(1, harness.Scraper.Statistics.BodySizeLimitExceeded);
    }

    [Fact]
    public async Task Html_page_is_refused_for_its_type()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("<html>", "text/html");
        harness.Apply(harness.Job);
        await harness.ScrapeAsync();
        Assert.StartsWith("received unsupported Content-Type \"text/html\"", harness.Snapshot.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_hanging_target_does_not_hold_up_another()
    {
        await using var hanging = new FakeTarget();
        hanging.Answer = async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return false;
        };
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\n");
        harness.Apply(harness.Job with { StaticConfigs = [.. harness.Job.StaticConfigs, new([hanging.Address], Model.Labels.Of("instance", "hanging", "__scrape_timeout__", "7s"))] });
        for (var i = 0; i < 20 && harness.Store.Samples("foo").Count < 3; i++)
        {
            await harness.QuietAsync(2);
            await harness.Time.StepAsync();
        }
        await harness.QuietAsync(2);
        Assert.True(harness.Store.Samples("foo").Count >= 3);
        Assert.Equal(TargetHealth.Down, harness.Scraper.Targets().Single(t => t.Labels["instance"] == "hanging").Health);
    }

    private static async Task TimeOutAsync(ScrapeHarness harness)
    {
        await harness.Time.StepAsync();
        await Eventually.TrueAsync(() => harness.Target.Requests == 1, "the request arrived");
        await harness.Time.StepAsync();
        await harness.ScrapesAsync(1);
    }
}
