namespace Touchline.EndToEnd.Storage;

public sealed class CrashTests
{
    private const int Kills = 20;
    private const int Series = 500;

    /// <summary>What the log may hold back before it is on disk, twice over.</summary>
    private const long UnsyncedMs = 2_000;

    [Fact]
    public async Task Twenty_kills_under_load_lose_nothing_older_than_the_last_fsync()
    {
        using var folder = new TemporaryFolder();
        await using var target = new FakeTarget(Series);
        var config = folder.Write(
            "prometheus.yml",
            $$"""
            global: { scrape_interval: 50ms, scrape_timeout: 50ms }
            scrape_configs:
              - job_name: load
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        var known = new SortedDictionary<long, double>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var touchline = await TouchlineProcess.StartAsync(folder.Path, $"--config.file={config}");
            var first = await Found(touchline, "first");
            AssertNothingLost(known, first, kill);
            var newest = first.Count == 0 ? 0 : first.Keys.Last();
            // Long enough under load that some of it must be on disk for sure.
            await Patience.UntilAsync("samples are written", async () => (await Found(touchline, "first")).Keys.LastOrDefault() > newest + UnsyncedMs + 500);
            var one = await Found(touchline, "first");
            var other = await Found(touchline, "last");
            Assert.Equal(one.Keys.Last(), other.Keys.Last(), 200.0);
            await touchline.KillAsync();
            var safe = one.Keys.Last() - UnsyncedMs;
            foreach (var (time, value) in one.Where(s => s.Key <= safe))
            {
                known[time] = value;
            }
        }
        await using var last = await TouchlineProcess.StartAsync(folder.Path, $"--config.file={config}");
        AssertNothingLost(known, await Found(last, "first"), Kills);
        AssertNothingLost(known, await Found(last, "last"), Kills);
        Assert.True(known.Count > Kills * 5, $"only {known.Count} samples were at stake");
    }

    private static Task<SortedDictionary<long, double>> Found(TouchlineProcess touchline, string which) =>
        touchline.SamplesAsync($"load_total{{number=\"{(which == "first" ? 0 : Series - 1)}\"}}[1h]");

    private static void AssertNothingLost(SortedDictionary<long, double> known, SortedDictionary<long, double> found, int kill)
    {
        var lost = known.Where(s => !found.TryGetValue(s.Key, out var value) || value != s.Value).ToList();
        Assert.True(lost.Count == 0, $"after kill {kill}, {lost.Count} of {known.Count} samples are gone, the first at {lost.FirstOrDefault().Key}");
    }
}
