using System.Net;
using System.Text;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

public sealed class ReloadTests
{
    [Fact]
    public async Task Hang_up_signal_applies_a_changed_file_and_keeps_the_old_one_where_it_is_bad()
    {
        using var folder = new TemporaryFolder();
        await using var target = Target();
        var config = folder.Write("prometheus.yml", Jobs(target, "one"));
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config, "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        await WaitForJobsAsync(touchline, "one");

        folder.Write("prometheus.yml", Jobs(target, "one", "two"));
        touchline.Signal(PosixProcess.HangUp);
        await WaitForJobsAsync(touchline, "one", "two");
        Assert.Equal(1, await touchline.MetricAsync("prometheus_config_last_reload_successful"));

        folder.Write("prometheus.yml", Jobs(target, "one").Replace("scrape_interval: 200ms", "scrape_interval: soon"));
        touchline.Signal(PosixProcess.HangUp);
        await touchline.WaitForLogAsync($"The configuration was not changed: {config}:3:20:");
        Assert.Equal(0, await touchline.MetricAsync("prometheus_config_last_reload_successful"));
        await AssertJobsRunAsync(touchline, "one", "two");

        folder.Write("prometheus.yml", Jobs(target, "two"));
        touchline.Signal(PosixProcess.HangUp);
        await WaitForJobsAsync(touchline, "two");
        Assert.Equal(1, await touchline.MetricAsync("prometheus_config_last_reload_successful"));
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("up{job=\"one\"}") is null, "the series of a job that is gone do not end");
    }

    [Fact]
    public async Task Post_applies_a_changed_file_and_answers_what_is_wrong_with_a_bad_one()
    {
        using var folder = new TemporaryFolder();
        await using var target = Target();
        var config = folder.Write("prometheus.yml", Jobs(target, "one"));
        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--config.file=" + config, "--web.enable-lifecycle", "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        await WaitForJobsAsync(touchline, "one");

        folder.Write("prometheus.yml", Jobs(target, "two"));
        Assert.Equal((HttpStatusCode.OK, ""), await ReloadAsync(touchline));
        await WaitForJobsAsync(touchline, "two");
        Assert.Contains("two", (await touchline.GetDataAsync("/api/v1/status/config")).GetProperty("yaml").GetString(), StringComparison.Ordinal);

        folder.Write("prometheus.yml", Jobs(target, "three", "three"));
        var (status, answer) = await ReloadAsync(touchline);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.StartsWith($"failed to reload config: {config}:", answer, StringComparison.Ordinal);
        Assert.Contains("three", answer, StringComparison.Ordinal);
        await AssertJobsRunAsync(touchline, "two");
        Assert.Contains("Last change not applied", await touchline.GetTextAsync("/status"), StringComparison.Ordinal);

        File.Delete(config);
        Assert.Equal(HttpStatusCode.InternalServerError, (await ReloadAsync(touchline)).Status);
        await AssertJobsRunAsync(touchline, "two");
    }

    [Fact]
    public async Task Out_of_order_window_takes_effect_with_the_file_that_says_it()
    {
        using var folder = new TemporaryFolder();
        var late = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 600_000;
        var time = late;
        await using var target = new HttpTarget().Serve(
            "/metrics", () => new TargetBody(Encoding.UTF8.GetBytes($"late_gauge 1 {Volatile.Read(ref time)}\n")));
        var config = folder.Write("prometheus.yml", Jobs(target, "one"));
        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--config.file=" + config, "--web.enable-lifecycle", "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count_over_time(late_gauge[1h])") == 1, "the first sample is not stored");

        Volatile.Write(ref time, late - 60_000);
        await Eventually.TrueAsync(
            async () => await touchline.MetricAsync("prometheus_target_scrapes_sample_out_of_order_total") > 0, "the older sample is not refused");

        folder.Write("prometheus.yml", "storage: { tsdb: { out_of_order_time_window: 1h } }\n" + Jobs(target, "one"));
        Assert.Equal((HttpStatusCode.OK, ""), await ReloadAsync(touchline));
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count_over_time(late_gauge[1h])") == 2, "the older sample is not stored");
        Assert.Equal(1, await touchline.MetricAsync("prometheus_tsdb_head_out_of_order_samples_appended_total{type=\"float\"}"));
    }

    [Fact]
    public async Task Post_is_refused_where_the_lifecycle_is_not_enabled()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);

        Assert.Equal((HttpStatusCode.Forbidden, "Lifecycle API is not enabled."), await ReloadAsync(touchline));
        using var quit = await touchline.Http.PostAsync("/-/quit", null);
        Assert.Equal(HttpStatusCode.Forbidden, quit.StatusCode);
        await touchline.GetTextAsync("/-/ready");
    }

    private static HttpTarget Target() => new HttpTarget().Serve("/metrics", "reload_gauge 1\n");

    private static string Jobs(HttpTarget target, params string[] names) =>
        "global:\n  # as often as the test can wait\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\nscrape_configs:\n"
        + string.Concat(names.Select(name => $"  - job_name: {name}\n    static_configs: [{{ targets: [\"{target.Address}\"] }}]\n"));

    private static async Task<(HttpStatusCode Status, string Text)> ReloadAsync(TouchlineProcess touchline)
    {
        using var response = await touchline.Http.PostAsync("/-/reload", null);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task WaitForJobsAsync(TouchlineProcess touchline, params string[] names) => Eventually.TrueAsync(
        async () => (await touchline.TargetsAsync()) is var targets && targets.Select(t => t.Job).SequenceEqual(names) && targets.All(t => t.Health == "up"),
        () => $"the jobs are not {string.Join(", ", names)}:\n{touchline.Log.Text}");

    /// <summary>They are still there, and samples still come in.</summary>
    private static async Task AssertJobsRunAsync(TouchlineProcess touchline, params string[] names)
    {
        Assert.Equal(names, (await touchline.TargetsAsync()).Select(t => t.Job));
        var before = await touchline.ValueAsync("sum(count_over_time(reload_gauge[1h]))");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("sum(count_over_time(reload_gauge[1h]))") > before, "the old configuration no longer runs");
    }
}
