using System.Globalization;
using System.Text;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>
/// SIGKILL under write load, over and over on the same data. What a query showed at least a second before the kill has been forced to
/// disk, and must be there afterwards; no value may be one that was never scraped.
/// </summary>
public sealed class KillTests
{
    private const int Kills = 20;
    private const int Counters = 300;

    /// <summary>How often the log is forced to disk, and a little for the disk itself.</summary>
    private static readonly TimeSpan UntilOnDisk = TimeSpan.FromMilliseconds(1300);

    private int _scrapes;

    [Fact]
    public async Task Nothing_older_than_the_last_fsync_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/metrics", NextScrape);
        var config = folder.Write("prometheus.yml", $$"""
            scrape_configs:
              - job_name: load
                scrape_interval: 100ms
                scrape_timeout: 100ms
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        var random = new Random(20);
        var acknowledged = new SortedDictionary<double, double[]>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var touchline = await StartAsync(folder, config);
            await AssertKeptAsync(touchline, acknowledged);
            var before = acknowledged.Count;
            await Eventually.TrueAsync(
                async () => (await AcknowledgeAsync(touchline, acknowledged)) >= before + 3, () => $"start {kill}: too few scrapes are stored:\n{touchline.Log.Text}");
            await Task.Delay(UntilOnDisk + TimeSpan.FromMilliseconds(random.Next(100)));
            await touchline.KillAsync();
        }

        await using var last = await StartAsync(folder, config);
        await AssertKeptAsync(last, acknowledged);
        Assert.True(acknowledged.Count >= 3 * Kills);
        Assert.Equal(0, await last.MetricAsync("touchline_storage_damaged"));
    }

    [Fact]
    public async Task The_next_start_tells_which_queries_ran()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("prometheus.yml", "scrape_configs: []");
        // Each of hundreds of thousands of windows is sorted anew.
        const string Query = "quantile_over_time(0.5, quantile_over_time(0.5, vector(1)[10h:1s])[100h:1s])";
        await using (var touchline = await StartAsync(folder, config))
        {
            var asking = touchline.Http.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(Query)}", UriKind.Relative));
            await Eventually.TrueAsync(
                () => File.ReadAllText(Path.Combine(folder.Path, "data", "queries.active")).Contains(Query, StringComparison.Ordinal), "the query is not noted");
            await touchline.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => asking);
        }

        await using var next = await StartAsync(folder, config);

        Assert.Contains("A query was running when the last process ended: " + Query, next.Log.Text);
        using var page = await next.Http.GetAsync(new Uri("/queries", UriKind.Relative));
        Assert.Contains("Running when the last process ended", await page.Content.ReadAsStringAsync());
    }

    private static Task<TouchlineProcess> StartAsync(TemporaryFolder folder, string config) =>
        TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config, "--collector.host=false", "--collector.containers=false", "--collector.self=false");

    /// <summary>Counter i of scrape n is at 1000 n + i, so that every value says where it is from.</summary>
    private TargetBody NextScrape()
    {
        var scrape = Interlocked.Increment(ref _scrapes);
        var text = new StringBuilder("# TYPE load_total counter\n");
        for (var i = 0; i < Counters; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"load_total{{counter=\"{i:D3}\"}} {(1000L * scrape) + i}\n");
        }
        return new TargetBody(Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <summary>Adds what is visible of the newest scrapes, and answers how many there are in all.</summary>
    private static async Task<int> AcknowledgeAsync(TouchlineProcess touchline, SortedDictionary<double, double[]> acknowledged)
    {
        foreach (var (time, values) in await ReadAsync(touchline, "10s"))
        {
            acknowledged[time] = values;
        }
        return acknowledged.Count;
    }

    private static async Task AssertKeptAsync(TouchlineProcess touchline, SortedDictionary<double, double[]> acknowledged)
    {
        if (acknowledged.Count == 0)
        {
            return;
        }
        var kept = await ReadAsync(touchline, "1h");
        Assert.All(acknowledged, scrape =>
        {
            Assert.True(kept.TryGetValue(scrape.Key, out var values), $"the scrape at {scrape.Key} is lost");
            Assert.Equal(scrape.Value, values);
        });
        // What was not acknowledged may be there too, but then whole and in its order.
        var previous = 0.0;
        foreach (var (time, values) in kept)
        {
            Assert.Equal(Counters, values.Length);
            Assert.All(values.Index(), value => Assert.Equal(values[0] + value.Index, value.Item));
            Assert.True(values[0] > previous && values[0] % 1000 == 0, $"counter 0 is {values[0]} at {time}, after {previous}");
            previous = values[0];
        }
    }

    /// <summary>Every scrape by its time: the values of all counters, in their order.</summary>
    private static async Task<SortedDictionary<double, double[]>> ReadAsync(TouchlineProcess touchline, string range)
    {
        var scrapes = new SortedDictionary<double, List<double>>();
        foreach (var series in (await touchline.QueryAsync($"load_total[{range}]")).OrderBy(s => s["counter"], StringComparer.Ordinal))
        {
            foreach (var sample in series.Samples)
            {
                if (!scrapes.TryGetValue(sample.Time, out var values))
                {
                    scrapes[sample.Time] = values = [];
                }
                values.Add(sample.Value);
            }
        }
        return new SortedDictionary<double, double[]>(scrapes.ToDictionary(s => s.Key, s => s.Value.ToArray()));
    }
}
