using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Touchline.EndToEnd.Running;
using Touchline.Shared;

namespace Touchline.EndToEnd;

/// <summary>Checks, probes and status pages of the real executable.</summary>
public sealed class CheckTests
{
    private static readonly Regex StatusPages = new(@"Status pages are at (?<url>http://\S+)");

    [Fact]
    public async Task Status_page_tells_of_a_service_that_goes_and_comes_also_behind_a_restart()
    {
        using var folder = new TemporaryFolder();
        var text = "all is well";
        await using var target = new HttpTarget().Serve("/health", () => new TargetBody(Encoding.UTF8.GetBytes(Volatile.Read(ref text))));
        var config = folder.Write("prometheus.yml", $"checks:\n  - shop: {{url: 'http://{target.Address}/health', body: well, interval: 1s}}\n");
        string[] arguments = ["--config.file=" + config, "--health.listen-address=127.0.0.1:0", "--collector.host=false", "--collector.containers=false", "--collector.self=false"];
        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path, arguments))
        {
            using var visitor = await VisitorAsync(touchline);
            await WaitForAsync(visitor, HttpStatusCode.OK);

            Volatile.Write(ref text, "nothing works");
            var down = await WaitForAsync(visitor, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("unexpected body", down.GetProperty("last_error").GetString());
            Assert.Contains(await touchline.TargetsAsync(), t => t is { Job: "checks", Health: "down" });
            Assert.Equal(0, await touchline.ValueAsync("up{job=\"checks\",instance=\"shop\"}"));

            Volatile.Write(ref text, "well again");
            await WaitForAsync(visitor, HttpStatusCode.OK);
            Assert.Equal(0, await touchline.StopAsync());
        }
        await using var again = await TouchlineProcess.StartAsync(folder.Path, arguments);
        using var later = await VisitorAsync(again);
        var up = await WaitForAsync(later, HttpStatusCode.OK);
        Assert.Equal("unexpected body", up.GetProperty("last_error").GetString());
        Assert.InRange(up.GetProperty("uptime_24h").GetDouble(), 0.001, 0.9999);
        Assert.Contains("unexpected body", await later.GetStringAsync("/status/shop"), StringComparison.Ordinal);
        Assert.DoesNotContain(target.Address, await later.GetStringAsync("/status/shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_starts_and_ends_checks_and_a_bad_one_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/", "hello");
        var config = folder.Write("prometheus.yml", "scrape_configs: []\n");
        var checks = folder.Write("checks.yml", $"checks:\n  - one: {{url: 'http://{target.Address}/', interval: 1s}}\n");
        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--config.file=" + config, "--checks.file=" + checks, "--web.enable-lifecycle", "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        await WaitForSuccessAsync(touchline, "one", 1);

        folder.Write("checks.yml", $"checks:\n  - two: {{url: 'http://{target.Address}/', interval: 1s}}\n");
        Assert.Equal(HttpStatusCode.OK, (await ReloadAsync(touchline)).Status);
        await WaitForSuccessAsync(touchline, "two", 1);
        await WaitForSuccessAsync(touchline, "one", null);

        folder.Write("checks.yml", "checks:\n  - three: htps://x\n");
        var (status, answer) = await ReloadAsync(touchline);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("checks.yml:2:12: error: a check cannot look at htps://; did you mean https://?", answer, StringComparison.Ordinal);
        Assert.Equal(["two"], (await touchline.TargetsAsync()).Select(t => t.Url == $"http://{target.Address}/" ? "two" : t.Url));
    }

    [Fact]
    public async Task Scrape_configuration_made_for_blackbox_exporter_works_with_Touchlines_address()
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/", "hello");
        var port = FreePort.Next();
        var modules = folder.Write("blackbox.yml", "modules:\n  greets: {prober: http, http: {fail_if_body_not_matches_regexp: [hello]}}\n");
        var config = folder.Write("prometheus.yml", $$"""
            scrape_configs:
              - job_name: blackbox
                scrape_interval: 1s
                metrics_path: /probe
                params: { module: [greets] }
                static_configs: [{ targets: ['http://{{target.Address}}/', 'http://{{target.Address}}/missing'] }]
                relabel_configs:
                  - { source_labels: [__address__], target_label: __param_target }
                  - { source_labels: [__param_target], target_label: instance }
                  - { target_label: __address__, replacement: '127.0.0.1:{{port}}' }
            """);
        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--config.file=" + config, "--probe.config.file=" + modules, $"--web.listen-address=127.0.0.1:{port}", "--collector.host=false", "--collector.containers=false", "--collector.self=false");

        await Eventually.TrueAsync(async () => await touchline.ValueAsync($"probe_success{{instance=\"http://{target.Address}/\"}}") == 1, "the probe does not succeed");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync($"probe_success{{instance=\"http://{target.Address}/missing\"}}") == 0, "the other probe does not fail");
        Assert.Equal(404, await touchline.ValueAsync($"probe_http_status_code{{instance=\"http://{target.Address}/missing\"}}"));
    }

    private static async Task<HttpClient> VisitorAsync(TouchlineProcess touchline)
    {
        var line = await Eventually.GetAsync(() => Task.FromResult(touchline.Output.All.FirstOrDefault(line => StatusPages.IsMatch(line))), "no status pages are announced");
        return new HttpClient { BaseAddress = new Uri(StatusPages.Match(line).Groups["url"].Value) };
    }

    private static async Task<JsonElement> WaitForAsync(HttpClient visitor, HttpStatusCode wanted)
    {
        var last = "";
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await visitor.GetAsync("/health/shop");
                last = await answer.Content.ReadAsStringAsync();
                return answer.StatusCode == wanted;
            },
            () => $"the service is not {wanted}: {last}");
        return JsonElement.Parse(last);
    }

    private static Task WaitForSuccessAsync(TouchlineProcess touchline, string check, double? value) => Eventually.TrueAsync(
        async () => await touchline.ValueAsync($"probe_success{{job=\"checks\",instance=\"{check}\"}}") == value, $"check {check} does not become {value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "stale"}");

    private static async Task<(HttpStatusCode Status, string Text)> ReloadAsync(TouchlineProcess touchline)
    {
        using var answer = await touchline.Http.PostAsync("/-/reload", null);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
