using System.Text;
using System.Text.Json;
using Touchline.Differential.Api;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Scraping;

/// <summary>Settings of scrapes that are no format: what the real Prometheus and Touchline tell of the same targets.</summary>
public sealed class ScrapeSettingsTests
{
    private static readonly string[] Jobs = ["ok", "limited", "large", "refused", "proxied", "moved", "stays", "included"];

    [Fact]
    public async Task Same_targets_give_the_same_errors_extra_metrics_and_failure_log()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-settings-");
        await using var target = new FakeTarget();
        target.Answer = (head, stream, token) => FakeTarget.WriteAsync(stream, head switch
        {
            _ when head.StartsWith("CONNECT", StringComparison.Ordinal) => FakeTarget.Response([], null, "Proxy-Authenticate: Basic realm=\"x\"\r\n", "407 Proxy Authentication Required"),
            _ when head.StartsWith("GET /moved", StringComparison.Ordinal) => FakeTarget.Response([], null, "Location: /metrics\r\n", "302 Found"),
            _ => FakeTarget.Response(Encoding.UTF8.GetBytes("a 1\nb 2\nc 3\n"), "text/plain; version=0.0.4", "", "200 OK"),
        }, token);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "more.yml"), $"scrape_configs:\n{Job("included", "")}");
        var config = $"global: {{ scrape_interval: 500ms, scrape_timeout: 400ms, scrape_failure_log_file: failures.log }}\nscrape_config_files: ['{folder.FullName}/mo*.yml']\nscrape_configs:\n"
            + Job("ok", "")
            + Job("limited", "sample_limit: 2\n    ON_LIMIT")
            + Job("large", "body_size_limit: 5B")
            + Job("refused", "", "127.0.0.1:1")
            + Job("proxied", $"scheme: https\n    proxy_url: 'http://{target.Address}'", "example.invalid:443")
            + Job("moved", "metrics_path: /moved")
            + Job("stays", "metrics_path: /moved\n    follow_redirects: false\n    enable_http2: false");
        const string Flag = "--enable-feature=extra-scrape-metrics";
        await using var prometheus = await ServerProcess.StartPrometheusAsync(config.Replace("    ON_LIMIT\n", "", StringComparison.Ordinal), Flag);
        await using var touchline = await ServerProcess.StartTouchlineAsync(config.Replace("ON_LIMIT", "on_limit: drop_target", StringComparison.Ordinal), Flag);

        Assert.Equal(await ErrorsAsync(prometheus), await ErrorsAsync(touchline));
        Assert.Equal(await ExtraAsync(prometheus), await ExtraAsync(touchline));
        var expected = await FailuresAsync(prometheus);
        Assert.NotEmpty(expected);
        // Prometheus writes only what did not get a body; Touchline what it did not store, too.
        Assert.Empty(expected.Except(await FailuresAsync(touchline)));
        folder.Delete(recursive: true);

        string Job(string name, string settings, string? address = null) =>
            $"  - job_name: {name}\n    {settings}\n    static_configs: [{{ targets: ['{address ?? target.Address}'], labels: {{ instance: i }} }}]\n";
    }

    private static async Task<string> ErrorsAsync(ServerProcess server)
    {
        for (var attempt = 0; ; attempt++)
        {
            var targets = (await server.DataAsync("/api/v1/targets?state=active")).GetProperty("activeTargets").EnumerateArray()
                .Select(target => (Job: target.GetProperty("scrapePool").GetString(), Health: target.GetProperty("health").GetString(), Error: WithoutAdvice(target.GetProperty("lastError").GetString()!)))
                .OrderBy(target => target.Job, StringComparer.Ordinal).ToList();
            if (targets.Count == Jobs.Length && targets.TrueForAll(target => target.Health != "unknown"))
            {
                return string.Join('\n', targets);
            }
            Assert.True(attempt < 300, $"{server.Url} does not scrape all jobs");
            await Task.Delay(100);
        }
    }

    /// <summary>Touchline says behind this error which limit it is.</summary>
    private static string WithoutAdvice(string error) => error.StartsWith("body size limit exceeded", StringComparison.Ordinal) ? error.Split(':')[0] : error;

    private static async Task<string> ExtraAsync(ServerProcess server)
    {
        var query = Uri.EscapeDataString("""{__name__=~"scrape_timeout_seconds|scrape_sample_limit|scrape_body_size_bytes|up"}""");
        var result = (await server.DataAsync($"/api/v1/query?query={query}")).GetProperty("result").EnumerateArray()
            .Select(series => $"{series.GetProperty("metric")} {series.GetProperty("value")[1]}".Replace("\"", "", StringComparison.Ordinal))
            .Select(line => string.Join(',', line.Split('}')[0].Trim('{').Split(',').Order(StringComparer.Ordinal)) + line.Split('}')[1]);
        return string.Join('\n', result.Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyCollection<string>> FailuresAsync(ServerProcess server)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(server.Folder, "failures.log"));
        return
        [
            .. lines.Select(line => JsonSerializer.Deserialize<Dictionary<string, string>>(line)!)
                .Select(line => string.Join(',', line.Where(member => member.Key is not ("time" or "source")).Select(member => $"{member.Key}={WithoutAdvice(member.Value)}")))
                .Distinct(),
        ];
    }
}
