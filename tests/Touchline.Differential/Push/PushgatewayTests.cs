using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Touchline.Differential.Api;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Push;

/// <summary>The same pushes to the real Pushgateway and to Touchline: the same answers, the same groups, the same exposition.</summary>
public sealed partial class PushgatewayTests
{
    private const string Histogram = "# HELP h Some \\\\ help\\nhere.\n# TYPE h histogram\nh_bucket{le=\"0.1\"} 1\nh_bucket{le=\"1e+06\"} 2\nh_bucket{le=\"+Inf\"} 3000000\nh_sum 4.5\nh_count 3000000\n";
    private const string Summary = "# TYPE s summary\ns{quantile=\"0.5\"} 1e-7\ns{quantile=\"0.99\"} NaN\ns_sum +Inf\ns_count 2\n";

    /// <summary>In this order, since each changes what the next one meets.</summary>
    private static readonly (string Method, string Path, string Body)[] Pushes =
    [
        ("PUT", "/metrics/job/a", "x 1\ny{b=\"c\"} 2\n"),
        ("POST", "/metrics/job/a", "y{b=\"d\"} 3\n"),
        ("PUT", "/metrics/job/a/", "x 5\n"),
        ("PUT", "/metrics/job/a/zone/1/host/2", "x 1\n"),
        ("PUT", "/metrics/job/a/zone/", "x 1\n"),
        ("PUT", "/metrics/job/a/zone", "x 1\n"),
        ("PUT", "/metrics/job/a/b/c/", "x 1\n"),
        ("PUT", "/metrics/job/a/9b/c", "x 1\n"),
        ("PUT", "/metrics/job/a/__b/c", "x 1\n"),
        ("PUT", "/metrics/job/a/b-c/c", "x 1\n"),
        ("PUT", "/metrics/job/a/job/c", "x 7\n"),
        ("PUT", "/metrics/job/a/z/1/z/2", "x 7\n"),
        ("PUT", "/metrics/job@base64/L3Zhci90bXA=/b@base64/=", "x 1\n"),
        ("PUT", "/metrics/job@base64/=", "x 1\n"),
        ("PUT", "/metrics/job/a%20b/c/d%2Fe/f", "x 1\n"),
        ("PUT", "/metrics/job/caf%C3%A9", "x{a=\"ü\\\"\\\\\\n\"} 1\n"),
        ("PUT", "/metrics/job/t", "x 1 1234\n"),
        ("PUT", "/metrics/job/t", "x{a=\"b\"} 1\nx{a=\"b\"} 2\n"),
        ("PUT", "/metrics/job/t", "z{a=\"b\"} 1\nz{a=\"b\"} 2\nz{a=\"b\"} 3\n"),
        ("PUT", "/metrics/job/t", "# TYPE y counter\ny 1\n"),
        ("PUT", "/metrics/job/t", "# HELP y help\ny 1\n"),
        ("PUT", "/metrics/job/t", ""),
        ("POST", "/metrics/job/t", "push_time_seconds 5\n"),
        ("POST", "/metrics/job/h", Histogram),
        ("POST", "/metrics/job/h2", "# TYPE h2 histogram\nh2_bucket{le=\"1\"} 1\n"),
        ("POST", "/metrics/job/s", Summary),
        ("POST", "/metrics/job/s2", "s_count 1\n"),
        ("POST", "/metrics/job/s2", "h_bucket 1\n"),
        ("POST", "/metrics/job/s2", "v_count 1\n"),
        ("POST", "/metrics/job/s3", "# TYPE v summary\nv_sum 1\n"),
        ("POST", "/metrics/job/e", "w{job=\"no\",instance=\"i\"} 1\n"),
        ("POST", "/metrics/job/e/instance/i", "w 1\n"),
        ("DELETE", "/metrics/job/nobody", ""),
        ("DELETE", "/metrics/job/h", ""),
        ("PUT", "/metrics/job/r", "c 1\nd 1\n"),
        ("PUT", "/metrics/job/r", "c 2\n"),
        ("PATCH", "/metrics/job/r", "c 2\n"),
        ("PUT", "/metrics/job/r", "big 1e21\nsmall 0.00001\nmillion 1000000\ninf -Inf\nnan NaN\n"),
        .. FormatErrors.Select(body => ("POST", "/metrics/job/bad", body)),
    ];

    private static IEnumerable<string> FormatErrors =>
    [
        "x 1", "x{ 1\n", "x{a 1\n", "x{a= 1\n", "x{a=\"b\" 1\n", "x{a=\"b\"}\n", "x 1 2 3\n", "x 1 z\n", "1x 3\n", "x{1a=\"b\"} 1\n", "x{a=\"b\\q\"} 1\n", "x{a=\"b\nc\"} 1\n",
        "{\"x\",\"y\"} 1\n", "x{\"y\"} 1\n", "x{a=\"b\",a=\"c\"} 1\n", "x{__name__=\"b\"} 1\n", "foo.bar 1\n", "{\"foo.bar\"} 1\n", "# TYPE x frob\n",
        "# HELP x a\n# HELP x b\n", "x 1\n# TYPE x gauge\n", "# TYPE k histogram\nk_bucket{le=\"a\"} 1\n", "# TYPE k summary\nk{quantile=\"a\"} 1\n",
        "# TYPE k histogram\nk_count -1\n", "# TYPE hh histogram\nhh_sum 1\n# TYPE hh_count counter\n", "x{a=\"b\"} 1\r\n", "x 0x10\n", "x{a=\"b\"\n} 1\n",
    ];

    [Fact]
    public async Task The_same_pushes_get_the_same_answers_and_leave_the_same_metrics()
    {
        await using var gateway = await PeerServer.StartPushgatewayAsync();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-push-receiver", "--web.enable-admin-api");
        var differing = new List<string>();
        foreach (var (method, path, body) in Pushes)
        {
            var (theirs, ours) = (await SendAsync(gateway.Client, method, path, body), await SendAsync(touchline.Client, method, path, body));
            if (theirs != ours)
            {
                differing.Add($"{method} {path} {body}\n  theirs: {theirs}\n  ours:   {ours}");
            }
        }
        Assert.True(differing.Count == 0, string.Join("\n", differing));
        Assert.Equal(await ExpositionAsync(gateway.Client, "/metrics"), await ExpositionAsync(touchline.Client, "/metrics/pushed"));
        Assert.Equal(await GroupsAsync(gateway.Client), await GroupsAsync(touchline.Client));

        foreach (var client in (HttpClient[])[gateway.Client, touchline.Client])
        {
            Assert.Equal("202 ", await SendAsync(client, "PUT", "/api/v1/admin/wipe", ""));
            // The real one accepts before it wipes.
            for (var attempt = 0; attempt < 100 && await GroupsAsync(client) != "[]"; attempt++)
            {
                await Task.Delay(100);
            }
            Assert.Equal("[]", await GroupsAsync(client));
        }
    }

    [Fact]
    public async Task Compressed_and_protobuf_bodies_are_read_alike()
    {
        await using var gateway = await PeerServer.StartPushgatewayAsync();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-push-receiver");
        byte[] counter = [.. Field(1, "requests_total"u8), .. Field(2, "Help."u8), 0x18, 0, .. Field(4, [.. Field(1, [.. Field(1, "a"u8), .. Field(2, "b"u8)]), .. Field(3, [9, .. BitConverter.GetBytes(5.5)])])];
        byte[] histogram =
        [
            .. Field(1, "took"u8), 0x18, 4,
            .. Field(4, [.. Field(7, [8, 3, 17, .. BitConverter.GetBytes(1.5), .. Field(3, [8, 2, 17, .. BitConverter.GetBytes(0.25)])])]),
        ];
        byte[] message = [(byte)counter.Length, .. counter, (byte)histogram.Length, .. histogram];
        foreach (var client in (HttpClient[])[gateway.Client, touchline.Client])
        {
            Assert.Equal("200 ", await SendAsync(client, Content(message, "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"), "/metrics/job/p"));
            Assert.Equal("200 ", await SendAsync(client, Zipped("zipped 1\n"u8.ToArray()), "/metrics/job/z"));
            Assert.StartsWith("400", await SendAsync(client, Content([0x50, 1], "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"), "/metrics/job/q"), StringComparison.Ordinal);
            using var lying = Content("x 1\n"u8.ToArray(), "text/plain");
            lying.Headers.ContentEncoding.Add("gzip");
            Assert.StartsWith("400", await SendAsync(client, lying, "/metrics/job/q"), StringComparison.Ordinal);
        }
        Assert.Equal(await ExpositionAsync(gateway.Client, "/metrics"), await ExpositionAsync(touchline.Client, "/metrics/pushed"));
    }

    /// <summary>Both kinds, floats, gauges, negative and empty ones; counts of a million tell how numbers are written.</summary>
    private const string NativeHistograms = """
        { 1:"n" 2:"Help." 3:4 4:{ 1:{ 1:"a" 2:"native" } 7:{ 1:2000006 2:8.5d 5:3z 6:2.938735877055719e-39d 7:1 9:{ 1:4z 2:1 } 10:1z 12:{ 1:-2z 2:2 } 12:{ 1:3z 2:1 } 13:1z 13:1z 13:1999999z } }
            4:{ 1:{ 1:"a" 2:"both" } 7:{ 1:3 2:7d 5:0z 6:0.001d 12:{ 1:0z 2:2 } 13:1z 13:1z 3:{ 1:1 2:1d } 3:{ 1:3 2:2d } } } }
        { 1:"n_float" 3:4 4:{ 7:{ 4:3.5d 2:8d 5:-1z 6:1d 8:0.5d 12:{ 1:1z 2:2 } 14:1d 14:2d } } }
        { 1:"n_empty" 3:4 4:{ 7:{ 12:{ 1:0z 2:0 } } } }
        """;

    /// <summary>Of gauges the real one's own API shows nothing, so that they are compared by what scrapes store.</summary>
    private const string GaugeHistogram = """{ 1:"n_gauge" 3:5 4:{ 7:{ 1:5 2:-8d 5:0z 6:0.5d 7:1 12:{ 1:1z 2:1 } 13:4z } } }""";

    [Fact]
    public async Task Native_histograms_are_kept_shown_and_stored_alike()
    {
        const string Type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
        await using var gateway = await PeerServer.StartPushgatewayAsync();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-push-receiver", "--collector.interval=200ms");
        foreach (var client in (HttpClient[])[gateway.Client, touchline.Client])
        {
            Assert.Equal("200 ", await SendAsync(client, Content(ProtobufText.Delimited(NativeHistograms), Type), "/metrics/job/n"));
        }
        Assert.Equal(await ExpositionAsync(gateway.Client, "/metrics"), await ExpositionAsync(touchline.Client, "/metrics/pushed"));
        Assert.Equal(await GroupsAsync(gateway.Client), await GroupsAsync(touchline.Client));

        foreach (var client in (HttpClient[])[gateway.Client, touchline.Client])
        {
            Assert.Equal("200 ", await SendAsync(client, Content(ProtobufText.Delimited(GaugeHistogram), Type), "/metrics/job/g"));
        }
        // The same Prometheus scrapes both; what Touchline stores by itself is compared with it.
        await using var prometheus = await ServerProcess.StartPrometheusAsync(
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs:
              - { job_name: gateway, honor_labels: true, always_scrape_classic_histograms: true, static_configs: [{ targets: ["{{gateway.Client.BaseAddress!.Authority}}"], labels: { from: gateway } }] }
              - { job_name: touchline, honor_labels: true, always_scrape_classic_histograms: true, metrics_path: /metrics/pushed, static_configs: [{ targets: ["{{touchline.Client.BaseAddress!.Authority}}"], labels: { from: touchline } }] }
            """,
            "--enable-feature=native-histograms");
        var theirs = await StoredAsync(prometheus, "{__name__=~\"n|n_.%2B\",from=\"gateway\"}");
        Assert.Equal(theirs, await StoredAsync(prometheus, "{__name__=~\"n|n_.%2B\",from=\"touchline\"}"));
        Assert.Equal(theirs, await StoredAsync(touchline, "{__name__=~\"n|n_.%2B\"}"));
        Assert.Contains("histogram", theirs, StringComparison.Ordinal);
    }

    /// <summary>Series with their last values, without times, once the last pushed family is among them.</summary>
    private static async Task<string> StoredAsync(ServerProcess server, string selector)
    {
        var answer = "";
        for (var attempt = 0; !answer.Contains("n_gauge", StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 300, $"{server.Url} does not store what was pushed");
            await Task.Delay(100);
            answer = Instants().Replace((await server.AskAsync("/api/v1/query?query=" + selector)).Body, "\"$1\":[0,");
        }
        var series = JsonNode.Parse(answer)!["data"]!["result"]!.AsArray();
        foreach (var metric in series.Select(s => s!["metric"]!.AsObject()))
        {
            metric.Remove("from");
        }
        return string.Join("\n", series.Select(s => s!.ToJsonString()).Order(StringComparer.Ordinal));
    }

    /// <summary>What a Prometheus stores that scrapes the real Pushgateway with honor_labels, and what Touchline stores of the same pushes.</summary>
    [Fact]
    public async Task Pushed_metrics_are_stored_as_Prometheus_stores_those_of_a_Pushgateway()
    {
        await using var gateway = await PeerServer.StartPushgatewayAsync();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-push-receiver", "--collector.interval=200ms");
        foreach (var client in (HttpClient[])[gateway.Client, touchline.Client])
        {
            await SendAsync(client, "PUT", "/metrics/job/a/zone/b", "# TYPE x counter\nx 1\n" + Histogram + Summary);
            await SendAsync(client, "PUT", "/metrics/job/a/instance/i", "x_other{c=\"\"} 2\n");
        }
        await using var prometheus = await ServerProcess.StartPrometheusAsync(
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs: [{ job_name: pushgateway, honor_labels: true, static_configs: [{ targets: ["{{gateway.Client.BaseAddress!.Authority}}"] }] }]
            """);
        const string Question = "/api/v1/query?query={__name__=~\"x|x_other|h_.%2B|s|s_.%2B\"}";
        string[] stored = [];
        foreach (var server in (ServerProcess[])[prometheus, touchline])
        {
            var answer = "";
            for (var attempt = 0; !answer.Contains("x_other", StringComparison.Ordinal); attempt++)
            {
                Assert.True(attempt < 300, $"{server.Url} does not store what was pushed");
                await Task.Delay(100);
                answer = Instants().Replace((await server.AskAsync(Question)).Body, "\"$1\":[0,");
            }
            var series = JsonNode.Parse(answer)!["data"]!["result"]!.AsArray().Select(s => s!.ToJsonString()).Order(StringComparer.Ordinal);
            stored = [.. stored, string.Join("\n", series)];
        }
        Assert.Equal(stored[0], stored[1]);

        // Deleted, the group is gone from answers at once, not after the lookback.
        await SendAsync(touchline.Client, "DELETE", "/metrics/job/a/zone/b", "");
        for (var attempt = 0; (await touchline.AskAsync("/api/v1/query?query=x")).Body.Contains("\"x\"", StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 300, "the deleted group does not become stale");
            await Task.Delay(100);
        }
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [(byte)((number << 3) | 2), (byte)bytes.Length, .. bytes];

    private static ByteArrayContent Content(byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private static ByteArrayContent Zipped(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }
        var content = Content(zipped.ToArray(), "text/plain");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static Task<string> SendAsync(HttpClient client, string method, string path, string body) =>
        SendAsync(client, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), path, method);

    /// <summary>Status and text. Protobuf's text format has one or two blanks between fields, by chance.</summary>
    private static async Task<string> SendAsync(HttpClient client, HttpContent content, string path, string method = "POST")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(client.BaseAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = content };
        using var response = await client.SendAsync(request);
        var text = Blanks().Replace(await response.Content.ReadAsStringAsync(), " ");
        if (TwoTypes().Match(text) is { Success: true } types)
        {
            // So is which of two types is the right one, and with it how many metrics have the other.
            text = $"{text[..types.Index]}{types.Groups[1].Value} has two types";
        }
        if (Collision().Match(text) is { Success: true } collision)
        {
            // Which of the two is named first is a matter of chance there.
            text = text[..collision.Index] + string.Join(" and ", new[] { collision.Groups[1].Value, collision.Groups[2].Value }.Order(StringComparer.Ordinal)) + " collide";
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {text.TrimEnd('\n')}");
    }

    /// <summary>The series that were pushed, values as numbers, without the times of pushes and the gateway's own series.</summary>
    private static async Task<string> ExpositionAsync(HttpClient client, string path)
    {
        var text = await client.GetStringAsync(new Uri(path, UriKind.Relative));
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Name().Match(line).Groups[1].Value;
            if (name.StartsWith("go_", StringComparison.Ordinal) || name.StartsWith("process_", StringComparison.Ordinal) || name.StartsWith("pushgateway_", StringComparison.Ordinal))
            {
                continue;
            }
            var isTime = name is "push_time_seconds" or "push_failure_time_seconds";
            if (line.StartsWith('#'))
            {
                lines.Add(line);
                continue;
            }
            var blank = line.LastIndexOf(' ');
            var value = line[(blank + 1)..];
            var number = value is "+Inf" or "-Inf" or "NaN" ? value : double.Parse(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
            // A bound is written as 1 or as 1.0, which Prometheus stores alike.
            var series = Bound().Replace(line[..blank], m => $"{m.Groups[1].Value}=\"{(m.Groups[2].Value is "+Inf" ? "+Inf" : double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture))}\"");
            var labels = series.IndexOf('{', StringComparison.Ordinal);
            series = labels < 0 ? series : series[..labels] + "{" + string.Join(',', Labels().Matches(series[labels..]).Select(m => m.Value).Order(StringComparer.Ordinal)) + "}";
            lines.Add($"{series} {(isTime ? number == "0" ? "never" : "once" : number)}");
        }
        return string.Join("\n", lines);
    }

    /// <summary>The groups without times, sorted.</summary>
    private static async Task<string> GroupsAsync(HttpClient client)
    {
        var data = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/v1/metrics", UriKind.Relative)))!["data"]!.AsArray();
        foreach (var group in data.Select(g => g!.AsObject()))
        {
            foreach (var (name, family) in group)
            {
                if (family is JsonObject f && f.ContainsKey("time_stamp"))
                {
                    f.Remove("time_stamp");
                    if (name is "push_time_seconds" or "push_failure_time_seconds")
                    {
                        var metric = f["metrics"]![0]!;
                        metric["value"] = metric["value"]!.GetValue<string>() == "0" ? "never" : "once";
                    }
                }
            }
        }
        return "[" + string.Join("\n", data.Select(g => g!.ToJsonString()).Order(StringComparer.Ordinal)) + "]";
    }

    [GeneratedRegex("collected [a-z ]+ named (\"[^\"]+\") collides with previously collected [a-z]+ named (\"[^\"]+\")")]
    private static partial Regex Collision();

    [GeneratedRegex("(?:[0-9]+ error\\(s\\) occurred:\\s+\\* )?collected metric (\"[^\"]+\") \\{.*\\} is not a [A-Z]+")]
    private static partial Regex TwoTypes();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Blanks();

    [GeneratedRegex("^(?:# (?:HELP|TYPE) )?([^ {]+)")]
    private static partial Regex Name();

    [GeneratedRegex("\\b(le|quantile)=\"([^\"]*)\"")]
    private static partial Regex Bound();

    [GeneratedRegex("\\w+=\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Labels();

    [GeneratedRegex("\"(value|histogram)\":\\[[0-9.]+,")]
    private static partial Regex Instants();
}
