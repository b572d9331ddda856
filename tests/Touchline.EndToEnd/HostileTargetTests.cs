using System.Globalization;
using System.IO.Compression;
using System.Text;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>Targets that send what no target should: each costs itself only, and the API says why.</summary>
public sealed class HostileTargetTests
{
    private const int Mebibyte = 1024 * 1024;
    private const int LargeSeries = 20_000;

    [Fact]
    public async Task Hostile_targets_cost_themselves_only_and_say_why()
    {
        using var folder = new TemporaryFolder();
        var bomb = Bomb();
        await using var target = new HttpTarget()
            .Serve("/good", "good_gauge 1\n")
            .Serve("/cut_off", () => Text("cut_gauge 1\ncut_gauge_2 2\n") with { DeclaredLength = 5000 })
            .Serve("/cut_in_a_line", "half_gauge 1\nhalf_gauge_2{a=\"b")
            .Serve("/escapes", "escaped_gauge{a=\"\\x\"} 1\nescaped_gauge{a=\"\\")
            .Serve("/no_exposition", "<!doctype html><title>Sign in</title>\n")
            .Serve("/invalid_utf8", () => new TargetBody([.. "utf8_gauge{a=\""u8, 0xff, 0xfe, .. "\"} 1\n"u8]))
            .Serve("/bad_value", "value_gauge one\n")
            .Serve("/no_end", () => Text("# TYPE endless gauge\nendless 1\n") with { ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8" })
            .Serve("/duplicates", "duplicate_gauge 1\nduplicate_gauge 2\nsingle_gauge 3\n")
            .Serve("/future", () => Text(string.Create(CultureInfo.InvariantCulture, $"future_gauge 1 {DateTimeOffset.UtcNow.AddDays(400).ToUnixTimeMilliseconds()}\npresent_gauge 2\n")))
            .Serve("/bomb", () => new TargetBody(bomb) { ContentEncoding = "gzip" })
            .Serve("/not_gzip", () => Text("plain_gauge 1\n") with { ContentEncoding = "gzip" });
        string[] hostile =
            ["cut_off", "cut_in_a_line", "escapes", "no_exposition", "invalid_utf8", "bad_value", "no_end", "bomb", "not_gzip", "not_found"];
        string[] partly = ["duplicates", "future"];
        var config = folder.Write("prometheus.yml", "global: { scrape_interval: 10s, scrape_timeout: 10s }\nscrape_configs:\n"
            + string.Concat(hostile.Concat(partly).Append("good").Select(name =>
                $"  - job_name: {name}\n    metrics_path: /{name}\n{(name == "bomb" ? "    body_size_limit: 16MB\n" : "")}    static_configs: [{{ targets: [\"{target.Address}\"] }}]\n")));
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config);

        var targets = await Eventually.GetAsync(
            async () => await touchline.TargetsAsync() is var all && all.All(t => t.Health != "unknown") ? all : null, "a target was never scraped");
        var errors = targets.ToDictionary(t => t.Job, t => (t.Health, t.LastError));

        Assert.Equal(("up", ""), errors["good"]);
        AssertDown("cut_off", "unexpected EOF");
        AssertDown("cut_in_a_line", "line 2");
        AssertDown("escapes", "line ");
        AssertDown("no_exposition", "line 1");
        AssertDown("invalid_utf8", "line 1", "UTF-8");
        AssertDown("bad_value", "line 1");
        AssertDown("no_end", "EOF");
        AssertDown("bomb", "body size limit exceeded");
        AssertDown("not_gzip", "gzip");
        AssertDown("not_found", "404");
        // Prometheus stores the rest of these and counts what it left out; nothing of the hostile bodies is stored.
        Assert.All(partly, job => Assert.Equal("up", errors[job].Health));
        Assert.Equal(3, await touchline.ValueAsync("single_gauge"));
        Assert.Equal(1, await touchline.ValueAsync("duplicate_gauge"));
        Assert.Equal(2, await touchline.ValueAsync("present_gauge"));
        Assert.Empty(await touchline.QueryAsync("{__name__=~\"(cut|half|escaped|utf8|value|endless|plain|future)_.*|endless|bomb\"}"));
        Assert.True(await touchline.MetricAsync("prometheus_target_scrapes_sample_duplicate_timestamp_total") >= 1);
        Assert.True(await touchline.MetricAsync("prometheus_target_scrapes_sample_out_of_bounds_total") >= 1);
        Assert.True(await touchline.MetricAsync("prometheus_target_scrapes_exceeded_body_size_limit_total") >= 1);
        foreach (var job in hostile)
        {
            Assert.Equal(0, await touchline.ValueAsync($"up{{job=\"{job}\"}}"));
        }
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count_over_time(good_gauge[1h])") >= 2, "the good target does not go on");

        void AssertDown(string job, params string[] words)
        {
            Assert.Equal("down", errors[job].Health);
            Assert.All(words, word => Assert.Contains(word, errors[job].LastError, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Body_of_64_mebibytes_is_taken_and_one_beyond_the_limit_is_not()
    {
        using var folder = new TemporaryFolder();
        var large = LargeBody(64 * Mebibyte);
        await using var target = new HttpTarget()
            .Serve("/good", "good_gauge 1\n")
            .Serve("/large", () => new TargetBody(large))
            .Serve("/limited", () => new TargetBody(large));
        var config = folder.Write("prometheus.yml", $$"""
            global: { scrape_interval: 30s, scrape_timeout: 30s }
            scrape_configs:
              - job_name: good
                metrics_path: /good
                scrape_interval: 10s
                scrape_timeout: 10s
                static_configs: [{ targets: ["{{target.Address}}"] }]
              - job_name: large
                metrics_path: /large
                static_configs: [{ targets: ["{{target.Address}}"] }]
              - job_name: limited
                metrics_path: /limited
                body_size_limit: 1MB
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config);

        await Eventually.TrueAsync(
            async () => await touchline.TargetsAsync() is var all && all.All(t => t.Health != "unknown"), "a target was never scraped", TimeSpan.FromSeconds(120));

        var errors = (await touchline.TargetsAsync()).ToDictionary(t => t.Job, t => t.LastError);
        Assert.Equal("", errors["large"]);
        Assert.Contains("body size limit exceeded", errors["limited"], StringComparison.Ordinal);
        Assert.Equal(LargeSeries, await touchline.ValueAsync("count(large_gauge)"));
        Assert.Equal(1, await touchline.ValueAsync("good_gauge"));
    }

    private static TargetBody Text(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>256 MiB that travel as one or two.</summary>
    private static byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[Mebibyte];
            block.AsSpan().Fill((byte)'a');
            for (var i = 0; i < 256; i++)
            {
                gzip.Write(block);
            }
        }
        return packed.ToArray();
    }

    /// <summary>Series with long labels until the size is reached.</summary>
    private static byte[] LargeBody(int bytes)
    {
        var padding = new string('p', bytes / LargeSeries);
        var body = new StringBuilder(bytes + Mebibyte * 2);
        for (var i = 0; i < LargeSeries; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $"large_gauge{{number=\"{i}\",padding=\"{padding}\"}} {i}\n");
        }
        return Encoding.ASCII.GetBytes(body.ToString());
    }
}
