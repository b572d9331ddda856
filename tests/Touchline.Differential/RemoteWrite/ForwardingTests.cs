using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Touchline.Differential.Api;
using Touchline.Differential.PromQL;
using Touchline.Model;
using Touchline.Shared;

namespace Touchline.Differential.RemoteWrite;

/// <summary>Touchline as the sender: what the real receivers hold then is what it holds itself.</summary>
public sealed class ForwardingTests
{
    private const string One = "prometheus.WriteRequest";
    private const string Two = "io.prometheus.write.v2.Request";

    private static readonly string[] Receiver = ["--web.enable-remote-write-receiver", "--enable-feature=native-histograms,exemplar-storage"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(One)]
    [InlineData(Two)]
    public async Task Floats_and_native_histograms_arrive_as_they_are(string message)
    {
        await using var prometheus = await ServerProcess.StartPrometheusAsync("{}", Receiver);
        await using var touchline = await StartAsync(prometheus.Url, message, "send_native_histograms: true");
        var end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 15_000 * 15_000;
        var samples = new SampleSet();
        NativeHistogramData.AddTo(samples, end - 600_000, end);
        double[] odd = [0.1 + 0.2, -0.0, double.PositiveInfinity, double.NaN, 5e-324, 1e300, 123456789.125];
        for (var i = 0; i < odd.Length; i++)
        {
            samples.Add(Labels.Of("__name__", "odd", "job", "native", "é\"", "\\\n"), end - (odd.Length - i) * 15_000, odd[i]);
            samples.Add(Labels.Of("__name__", "ended", "job", "native"), end - (odd.Length - i) * 15_000, i < odd.Length - 1 ? i : StaleMarker.Value);
        }
        await PushAsync(touchline, RealPrometheus.Bodies(samples));

        // Messages of version 1 have no place for custom buckets: Prometheus does not send them either.
        var selector = message == One ? "{job=\"native\",__name__!=\"native_custom_seconds\"}" : "{job=\"native\"}";
        var question = Question(selector + "[1h]", end);
        var expected = await SortedAsync(touchline, question);
        Assert.True(expected.Length >= 16, $"{expected.Length} series");
        await EqualAsync(expected, () => SortedAsync(prometheus, question));
        Assert.Empty(await SortedAsync(prometheus, Question("ended", end)));
        Assert.Single(await SortedAsync(prometheus, Question("odd", end)));
    }

    [Theory]
    [InlineData(One)]
    [InlineData(Two)]
    public async Task Scraped_samples_arrive_with_their_exemplars_and_end_when_they_do(string message)
    {
        await using var prometheus = await ServerProcess.StartPrometheusAsync("{}", Receiver);
        var target = OpenMetrics();
        await using var touchline = await StartAsync(
            prometheus.Url, message, "send_exemplars: true, metadata_config: { send_interval: 500ms }",
            $$"""scrape_configs: [{ job_name: shop, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{ targets: ["{{target.Address}}"] }] }]""");
        var start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 10;
        string Exemplars() => string.Create(
            CultureInfo.InvariantCulture, $"/api/v1/query_exemplars?query=shop_requests_total&start={start}&end={DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 10}");
        await UntilAsync(async () => (await touchline.DataAsync(Exemplars())).EnumerateArray().Any(s => s.GetProperty("exemplars").GetArrayLength() > 5), "no exemplars");
        await target.DisposeAsync();
        // A scrape may be under way; the next one finds nobody.
        await UntilAsync(
            async () => (await touchline.DataAsync("/api/v1/targets")).GetProperty("activeTargets")[0].GetProperty("lastError").GetString()!.Contains("refused", StringComparison.Ordinal),
            "the target is not missed");
        await UntilAsync(async () => (await SortedAsync(touchline, Question("shop_requests_total", Now))).Length == 0, "the series do not end");

        var series = Question("{job=\"shop\",__name__=~\"shop.+\"}[1m]", Now);
        await EqualAsync(await SortedAsync(touchline, series), () => SortedAsync(prometheus, series));
        await EqualAsync([(await touchline.DataAsync(Exemplars())).GetRawText()], async () => [(await prometheus.DataAsync(Exemplars())).GetRawText()]);
        await UntilAsync(async () => (await SortedAsync(prometheus, Question("shop_requests_total", Now))).Length == 0, "the series do not end there");
        // Both keep the metadata of what they scrape themselves, so that only the series tell; that these arrive is tested where they can be seen.
    }

    [Fact]
    public async Task VictoriaMetrics_holds_what_was_sent()
    {
        await using var victoria = new VictoriaMetrics();
        await using var touchline = await StartAsync(victoria.Url, One, "");
        var end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000 * 1000;
        var expected = new List<string>();
        var samples = new SampleSet();
        for (var series = 0; series < 50; series++)
        {
            for (var second = 60; second > 0; second--)
            {
                var (time, value) = (end - second * 1000, series * 1000 + second / 8.0);
                samples.Add(Labels.Of("__name__", "pushed", "i", $"{series:D2}"), time, value);
                expected.Add(string.Create(CultureInfo.InvariantCulture, $"__name__=pushed,i={series:D2} {value:R}@{time}"));
            }
        }
        await PushAsync(touchline, RealPrometheus.Bodies(samples));

        await EqualAsync([.. expected.Order(StringComparer.Ordinal)], async () => [.. (await victoria.SamplesAsync("pushed")).Select(line => line.Replace(",site=test", "", StringComparison.Ordinal))]);
    }

    /// <summary>Ten minutes of samples while nobody listens, and kills before, between and while they are sent.</summary>
    [Theory]
    [InlineData(One)]
    [InlineData(Two)]
    public async Task Nothing_is_lost_while_the_receiver_is_away_and_the_sender_is_killed(string message)
    {
        const int Series = 40;
        const int Seconds = 600;
        var port = FreePort.Next();
        await using var touchline = await StartAsync(
            $"http://127.0.0.1:{port}", message, "queue_config: { max_samples_per_send: 100, batch_send_deadline: 50ms, max_backoff: 200ms }");
        var end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000 * 1000;
        var bodies = Enumerable.Range(0, Seconds).Select(second => Scrape(Series, end - (Seconds - second) * 1000, second)).ToList();
        await PushAsync(touchline, bodies[..300]);
        await touchline.KillAndRestartAsync();
        await PushAsync(touchline, bodies[300..500]);

        await using var prometheus = await ServerProcess.StartPrometheusAtAsync(port, "{}", Receiver);
        await UntilAsync(async () => await CountAsync(prometheus, end) > 2000, "nothing arrives");
        await touchline.KillAndRestartAsync();
        await PushAsync(touchline, bodies[500..]);
        await touchline.KillAndRestartAsync();

        await UntilAsync(async () => await CountAsync(prometheus, end) >= Series * Seconds, async () => $"{await CountAsync(prometheus, end)} of {Series * Seconds} arrive: {await StateAsync(touchline)}");
        var question = Question("pushed[15m]", end);
        Assert.Equal(await SortedAsync(touchline, question), await SortedAsync(prometheus, question));
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static Task<ServerProcess> StartAsync(string receiver, string message, string keys, string scrapes = "scrape_configs: []") => ServerProcess.StartTouchlineAsync(
        $$"""
        global: { external_labels: { site: test } }
        {{scrapes}}
        remote_write:
          - { url: "{{receiver}}/api/v1/write", protobuf_message: {{message}}{{(keys.Contains("queue_config", StringComparison.Ordinal) ? "" : ", queue_config: { batch_send_deadline: 100ms }")}}{{(keys.Length > 0 ? ", " + keys : "")}} }
        """,
        "--web.enable-remote-write-receiver");

    private static ExpositionServer OpenMetrics()
    {
        var scrapes = 0;
        return new ExpositionServer(_ =>
        {
            var n = Interlocked.Increment(ref scrapes);
            return ("application/openmetrics-text; version=1.0.0", Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"# HELP shop_requests Requests.\n# TYPE shop_requests counter\nshop_requests_total{{path=\"/a\"}} {n} # {{trace_id=\"t{n}\"}} {n / 2.0}\nshop_requests_total{{path=\"/b\"}} {2 * n}\n# EOF\n")));
        });
    }

    /// <summary>One sample of each series, as a scrape has them.</summary>
    private static byte[] Scrape(int series, long timeMs, int second)
    {
        var message = new RemoteWriteMessage();
        for (var i = 0; i < series; i++)
        {
            message.AddSeries(Labels.Of("__name__", "pushed", "i", $"{i:D2}"), [(timeMs, i * 1000 + second, null)]);
        }
        return message.ToBody();
    }

    private static async Task PushAsync(ServerProcess touchline, IEnumerable<byte[]> bodies)
    {
        foreach (var body in bodies)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            content.Headers.ContentEncoding.Add("snappy");
            using var response = await touchline.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private static string Question(string query, long timeMs) =>
        string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString(query)}&time={timeMs / 1000.0:F3}");

    private static async Task<long> CountAsync(ServerProcess server, long endMs)
    {
        var result = (await server.DataAsync(Question("sum(count_over_time(pushed[15m]))", endMs))).GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : long.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    private static async Task<string> StateAsync(ServerProcess touchline) => (await touchline.DataAsync("/api/v1/status/remote_write")).GetRawText();

    /// <summary>The series of an answer, without the label that only the sent ones have.</summary>
    private static async Task<string[]> SortedAsync(ServerProcess server, string question)
    {
        var data = await server.DataAsync(question);
        return [.. data.GetProperty("result").EnumerateArray().Select(series => JsonSerializer.Serialize(series).Replace(",\"site\":\"test\"", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static async Task EqualAsync(string[] expected, Func<Task<string[]>> ask)
    {
        var waited = Stopwatch.StartNew();
        var actual = await AskAsync();
        while (!Enumerable.SequenceEqual(expected, actual) && waited.Elapsed < Patience)
        {
            await Task.Delay(100);
            actual = await AskAsync();
        }
        Assert.Equal(expected, actual);

        async Task<string[]> AskAsync() => [.. (await ask()).Select(text => text.Replace(",\"site\":\"test\"", "", StringComparison.Ordinal))];
    }

    private static Task UntilAsync(Func<Task<bool>> isSo, string what) => UntilAsync(isSo, () => Task.FromResult(what));

    private static async Task UntilAsync(Func<Task<bool>> isSo, Func<Task<string>> what)
    {
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (waited.Elapsed > Patience)
            {
                Assert.Fail(await what());
            }
            await Task.Delay(100);
        }
    }
}
