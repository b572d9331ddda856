using System.Text.Json;
using Touchline.Differential.Api;

namespace Touchline.Differential.Scraping;

/// <summary>The real Prometheus and Touchline scrape the same bodies under the same settings and must hold the same series and values.</summary>
public sealed class ScrapeFormatTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Same_bodies_give_the_same_series(bool native)
    {
        await using var target = FixedTarget.Start();
        var jobs = new Dictionary<string, string>
        {
            ["proto"] = "metrics_path: /protobuf",
            ["proto_both"] = "metrics_path: /protobuf\n    always_scrape_classic_histograms: true",
            ["proto_nhcb"] = "metrics_path: /protobuf\n    convert_classic_histograms_to_nhcb: true",
            ["proto_nhcb_both"] = "metrics_path: /protobuf\n    convert_classic_histograms_to_nhcb: true\n    always_scrape_classic_histograms: true",
            ["proto_factor"] = "metrics_path: /protobuf\n    native_histogram_min_bucket_factor: 2\n    native_histogram_bucket_limit: 4",
            ["text"] = "metrics_path: /text",
            ["text_nhcb"] = "metrics_path: /text\n    convert_classic_histograms_to_nhcb: true",
            ["text_nhcb_both"] = "metrics_path: /text\n    convert_classic_histograms_to_nhcb: true\n    always_scrape_classic_histograms: true",
            ["om"] = "metrics_path: /openmetrics",
            ["om_nhcb"] = "metrics_path: /openmetrics\n    convert_classic_histograms_to_nhcb: true",
            ["om_nhcb_both"] = "metrics_path: /openmetrics\n    convert_classic_histograms_to_nhcb: true\n    always_scrape_classic_histograms: true",
            ["blank"] = "metrics_path: /blank\n    fallback_scrape_protocol: PrometheusText0.0.4",
            ["blank_refused"] = "metrics_path: /blank",
            ["legacy"] = "metrics_path: /protobuf\n    metric_name_validation_scheme: legacy\n    metric_name_escaping_scheme: underscores\n    ON_LIMIT",
            ["dropped"] = "metrics_path: /text\n    sample_limit: 3\n    ON_LIMIT",
            ["dropped_labels"] = "metrics_path: /text\n    label_limit: 3\n    ON_LIMIT",
        };
        var config = "global: { scrape_interval: 500ms, scrape_timeout: 500ms }\nscrape_configs:\n" + string.Concat(jobs.Select(job =>
            $"  - job_name: {job.Key}\n    {job.Value}\n    static_configs: [{{ targets: [\"{target.Address}\"] }}]\n"));
        string[] flags = native ? ["--enable-feature=native-histograms,exemplar-storage"] : ["--enable-feature=exemplar-storage"];
        await using var prometheus = await ServerProcess.StartPrometheusAsync(config.Replace("    ON_LIMIT\n", "", StringComparison.Ordinal), flags);
        await using var touchline = await ServerProcess.StartTouchlineAsync(config.Replace("ON_LIMIT", "on_limit: drop_target", StringComparison.Ordinal), flags);
        foreach (var server in (ServerProcess[])[prometheus, touchline])
        {
            await ScrapedAsync(server, jobs.Count);
        }
        // Without its flag, Prometheus drops the native histograms that a body has all the same and those that it converts itself. Touchline
        // reads the classic form of the first and stores the second, as a job asks for them.
        foreach (var job in jobs.Keys.Where(job => native || !(jobs[job].Contains("/protobuf", StringComparison.Ordinal) || jobs[job].Contains("nhcb", StringComparison.Ordinal))))
        {
            var expected = await SeriesAsync(prometheus, job);
            var actual = await SeriesAsync(touchline, job);
            Assert.True(expected.SequenceEqual(actual), $"{job}\nonly Prometheus:\n{string.Join('\n', expected.Except(actual))}\nonly Touchline:\n{string.Join('\n', actual.Except(expected))}");
        }
        var sources = native ? "proto|proto_nhcb|text|om|om_nhcb" : "text|om";
        Assert.Equal(await ExemplarsAsync(prometheus, sources), await ExemplarsAsync(touchline, sources));
    }

    private static async Task ScrapedAsync(ServerProcess server, int jobs)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var up = (await server.DataAsync("/api/v1/query?query=count(count_over_time(up[1m])>2)")).GetProperty("result");
            if (up.GetArrayLength() == 1 && up[0].GetProperty("value")[1].GetString() == $"{jobs}")
            {
                return;
            }
            await Task.Delay(100);
        }
        Assert.Fail($"{server.Url} does not scrape all jobs");
    }

    /// <summary>The latest sample of each series of a job, but for those that tell of the scrape's own time.</summary>
    private static async Task<List<string>> SeriesAsync(ServerProcess server, string job)
    {
        var query = Uri.EscapeDataString($$"""{job="{{job}}",__name__!~"scrape_duration_seconds|scrape_series_added"}""");
        var lines = new List<string>();
        foreach (var series in (await server.DataAsync($"/api/v1/query?query={query}")).GetProperty("result").EnumerateArray())
        {
            var labels = string.Join(',', series.GetProperty("metric").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value}"));
            lines.Add($"{labels} {(series.TryGetProperty("histogram", out var histogram) ? histogram[1] : series.GetProperty("value")[1])}");
        }
        Assert.NotEmpty(lines);
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static async Task<string> ExemplarsAsync(ServerProcess server, string jobs)
    {
        var query = Uri.EscapeDataString($$"""{job=~"{{jobs}}"}""");
        var series = (await server.DataAsync($"/api/v1/query_exemplars?query={query}&start=1699990000&end=1700010000")).EnumerateArray();
        return string.Join('\n', series.Select(Line).Order(StringComparer.Ordinal));

        static string Line(JsonElement series) =>
            string.Join(',', series.GetProperty("seriesLabels").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value}"))
            + " " + series.GetProperty("exemplars");
    }
}
