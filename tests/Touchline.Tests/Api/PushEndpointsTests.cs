using System.IO.Compression;
using System.Text;
using Touchline.Options;
using Touchline.Push.StatsD;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

public sealed class PushEndpointsTests
{
    private static readonly ServerOptions On = new() { EnablePushReceiver = true, CollectHost = false, CollectSelf = false };

    [Theory]
    [InlineData("PUT", "/metrics/job/a", "--web.enable-push-receiver")]
    [InlineData("POST", "/api/v1/import/prometheus", "--web.enable-push-receiver")]
    [InlineData("GET", "/api/v1/metrics", "--web.enable-push-receiver")]
    [InlineData("PUT", "/api/v1/admin/wipe", "--web.enable-push-receiver")]
    public async Task Nothing_is_taken_unless_it_is_switched_on(string method, string path, string hint)
    {
        await using var server = await RunningServer.StartAsync();
        var (status, text) = await SendAsync(server, method, path, "x 1\n");
        Assert.Equal(404, status);
        Assert.Contains(hint, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_is_seen_by_a_scrape_and_by_a_query()
    {
        await using var server = await RunningServer.StartAsync(On with { CollectorIntervalMs = 50 });
        server.Collect();
        Assert.Equal((200, ""), await SendAsync(server, "PUT", "/metrics/job/backup/host/db1", "# TYPE done gauge\ndone{instance=\"i\"} 5\n"));
        var exposition = await server.Client.GetStringAsync(new Uri("/metrics/pushed", UriKind.Relative));
        Assert.Contains("done{host=\"db1\",instance=\"i\",job=\"backup\"} 5\n", exposition, StringComparison.Ordinal);
        await UntilAsync(server, "done", answer => answer.Contains("{\"__name__\":\"done\",\"host\":\"db1\",\"instance\":\"i\",\"job\":\"backup\"}", StringComparison.Ordinal));
        await UntilAsync(server, "up{job=\"pushgateway\"}", answer => answer.Contains(",\"1\"]", StringComparison.Ordinal));
        Assert.Equal(202, (await SendAsync(server, "DELETE", "/metrics/job/backup/host/db1", "")).Status);
        await UntilAsync(server, "done", answer => !answer.Contains("done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StatsD_is_collected_as_a_scrape()
    {
        var path = Path.Combine(Path.GetTempPath(), $"touchline-{Guid.NewGuid():N}.sock");
        await using var server = await RunningServer.StartAsync(On with { CollectorIntervalMs = 50, StatsD = new StatsDOptions { UnixgramPath = path } });
        server.Collect();
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Unspecified);
        await socket.SendToAsync(Encoding.UTF8.GetBytes("orders:3|c|#shop:a"), new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        await UntilAsync(server, "orders{job=\"statsd\",shop=\"a\"}", answer => answer.Contains(",\"3\"]", StringComparison.Ordinal));
        Assert.Contains("orders{shop=\"a\"} 3\n", await server.Client.GetStringAsync(new Uri("/metrics/statsd", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenMetrics_is_read_as_what_it_is()
    {
        await using var server = await RunningServer.StartAsync(On);
        using var content = new StringContent("# TYPE foo counter\nfoo_total 1\n# EOF\n");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "application/openmetrics-text; version=1.0.0");
        using var response = await server.Client.PostAsync(new Uri("/metrics/job/a", UriKind.Relative), content);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("# TYPE foo_total counter\n", await server.Client.GetStringAsync(new Uri("/metrics/pushed", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_body_that_grows_large_is_refused()
    {
        await using var server = await RunningServer.StartAsync(On);
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[(16 * 1024 * 1024) + 1]);
        }
        foreach (var path in (string[])["/metrics/job/a", "/api/v1/import/prometheus"])
        {
            using var content = new ByteArrayContent(zipped.ToArray());
            content.Headers.ContentEncoding.Add("gzip");
            using var response = await server.Client.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal(413, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task A_body_of_more_metrics_than_fit_is_refused()
    {
        await using var server = await RunningServer.StartAsync(On);
        using var content = new StringContent(string.Concat(Enumerable.Repeat("a 1\n", 1_000_000)));
        using var response = await server.Client.PostAsync(new Uri("/metrics/job/a", UriKind.Relative), content);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("line 1000000: the body holds more than 1000000 families and metrics", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imported_text_says_which_lines_were_skipped()
    {
        await using var server = await RunningServer.StartAsync(On);
        Assert.Equal((204, ""), await SendAsync(server, "POST", "/api/v1/import/prometheus", "x 1\n"));
        var (status, text) = await SendAsync(server, "POST", "/api/v1/import/prometheus?extra_label=a=b", "y 1\nbad\n");
        Assert.Equal(200, status);
        Assert.StartsWith("stored 1 samples, skipped 1 lines:\nline 2: ", text, StringComparison.Ordinal);
        Assert.Equal(400, (await SendAsync(server, "POST", "/api/v1/import/prometheus", "bad\n")).Status);
        Assert.Contains("\"a\":\"b\"", await server.Client.GetStringAsync(new Uri("/api/v1/query?query=y", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wiping_wants_the_admin_api()
    {
        await using var server = await RunningServer.StartAsync(On);
        var (status, text) = await SendAsync(server, "PUT", "/api/v1/admin/wipe", "");
        Assert.Equal(500, status);
        Assert.Contains("admin APIs disabled", text, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Text)> SendAsync(RunningServer server, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = method == "GET" ? null : new StringContent(body) };
        using var response = await server.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task UntilAsync(RunningServer server, string query, Func<string, bool> isSo)
    {
        var answer = "";
        for (var waited = 0; !isSo(answer); waited++)
        {
            Assert.True(waited < 1200, $"{query}: {answer}");
            await Task.Delay(25);
            answer = await server.Client.GetStringAsync(new Uri("/api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative));
        }
    }
}
