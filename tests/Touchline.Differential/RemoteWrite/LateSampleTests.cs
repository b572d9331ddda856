using System.Globalization;
using Touchline.Differential.Api;
using Touchline.Differential.PromQL;
using Touchline.Model;

namespace Touchline.Differential.RemoteWrite;

/// <summary>
/// The same late samples to the real Prometheus and to Touchline: the same is taken, the same refused for the same reason, and queries answer the
/// same, before and after both have cut blocks of it.
/// </summary>
public sealed class LateSampleTests
{
    private const long Minute = 60_000;

    private const string Window =
        """
        storage:
          tsdb:
            out_of_order_time_window: 2h
        """;

    private static readonly string[] Refusals =
        ["prometheus_tsdb_out_of_order_samples_total", "prometheus_tsdb_too_old_samples_total", "prometheus_tsdb_out_of_bound_samples_total"];

    private static readonly string[] Queries = ["late", "rate(late[5m])", "count_over_time(late[1h])", "sum(last_over_time(late[3m]))", "histogram_count(late_histogram)"];

    /// <summary>A whole number of minutes, so that steps meet samples.</summary>
    private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / Minute * Minute;

    [Fact]
    public async Task Within_the_window_both_take_and_refuse_the_same_and_answer_the_same_also_from_blocks()
    {
        await using var both = await Pair.StartAsync(Window);
        // Four hours in order, ten minutes a body.
        for (var from = _now - (240 * Minute); from < _now; from += 10 * Minute)
        {
            await both.SendAsync("204", Body(Every(from, from + (10 * Minute), Minute), "a", "b"));
        }
        // Between them, in any order, for one of the two.
        var late = Every(_now - (119 * Minute) + 30_000, _now - Minute, Minute);
        new Random(4).Shuffle(late);
        foreach (var part in late.Chunk(37))
        {
            await both.SendAsync("204", Body(part, "a"));
        }
        // Series that have nothing but late samples: some so old that no block range is open for them, and at the edge of the window.
        var newest = _now - Minute;
        await both.SendAsync("204", Body([newest - (90 * Minute)], "c"));
        await both.SendAsync("204", Body([newest - (30 * Minute)], "d"));
        await both.SendAsync("204", Body([newest - (120 * Minute)], "e"));
        await both.SendAsync("400", Body([newest - (120 * Minute) - 1], "f"));
        await both.AssertSameCountersAsync([.. Refusals, "prometheus_tsdb_head_out_of_order_samples_appended_total"]);
        // Refused, alone and beside what is good.
        await both.SendAsync("400", Body([_now - (200 * Minute)], "a"));
        await both.SendAsync("400", Body([_now - (200 * Minute) + 1, _now], "b"));
        await both.SendAsync("400", Body([_now + (60 * Minute)], "a"));
        // The same again, late and in order.
        await both.SendAsync("204", Body(late[..20], "a"));
        await both.SendAsync("204", Body([_now], "b"));
        await both.AssertSameCountersAsync(Refusals);
        await AssertSameAnswersAsync(both);
        await both.WaitForBlocksAsync();
        await AssertSameAnswersAsync(both);
    }

    [Fact]
    public async Task Late_native_histograms_are_taken_by_both()
    {
        await using var both = await Pair.StartAsync(Window);
        await both.SendAsync("204", Histograms([_now - (10 * Minute), _now]));
        await both.SendAsync("204", Histograms([_now - (5 * Minute), _now - (15 * Minute), _now - Minute]));
        await both.SendAsync("400", Histograms([_now - (130 * Minute)]));
        await both.AssertSameCountersAsync([.. Refusals, "prometheus_tsdb_head_out_of_order_samples_appended_total"]);
        await AssertSameAnswersAsync(both);
    }

    [Fact]
    public async Task Without_a_window_both_refuse_late_samples_for_the_same_reasons()
    {
        await using var both = await Pair.StartAsync("{}");
        await both.SendAsync("204", Body([_now - (10 * Minute), _now], "a"));
        await both.SendAsync("400", Body([_now - (5 * Minute)], "a"));
        await both.SendAsync("400", Body([_now - (90 * Minute)], "a"));
        await both.SendAsync("400", Body([_now - (90 * Minute)], "b"));
        await both.SendAsync("204", Body([_now - (30 * Minute)], "c"));
        await both.AssertSameCountersAsync(Refusals);
        await AssertSameAnswersAsync(both);
    }

    private async Task AssertSameAnswersAsync(Pair both)
    {
        foreach (var query in Queries)
        {
            await both.AssertSameAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={(_now - (250 * Minute)) / 1000}&end={_now / 1000}&step=30"));
        }
        await both.AssertSameAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString("late[5h]")}&time={_now / 1000}"));
    }

    private static long[] Every(long from, long to, long step) => [.. Enumerable.Range(0, (int)((to - from + step - 1) / step)).Select(i => from + (i * step))];

    /// <summary>A counter that grows by one a second, so that a sample in the wrong place is seen.</summary>
    private byte[] Body(long[] times, params string[] series)
    {
        var message = new RemoteWriteMessage();
        foreach (var one in series)
        {
            message.AddSeries(Labels.Of("__name__", "late", "series", one), times.Select(t => (t, (double)((t - _now) / 1000) + 100_000, (NativeHistogram?)null)));
        }
        return message.ToBody();
    }

    private byte[] Histograms(long[] times)
    {
        var message = new RemoteWriteMessage();
        message.AddSeries(Labels.Of("__name__", "late_histogram"), times.Select(t => (t, 0d, (NativeHistogram?)new NativeHistogram
        {
            Count = 100_000 + ((t - _now) / 1000),
            Sum = 5,
            Schema = 1,
            ZeroThreshold = 1e-10,
            ZeroCount = 100_000 + ((t - _now) / 1000) - 3,
            PositiveSpans = [new BucketSpan(0, 2)],
            PositiveBuckets = [1, 2],
        })));
        return message.ToBody();
    }

    /// <summary>Both servers, each as a receiver.</summary>
    private sealed class Pair(ServerProcess prometheus, ServerProcess touchline) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

        public static async Task<Pair> StartAsync(string config)
        {
            var servers = await Task.WhenAll(
                ServerProcess.StartPrometheusAsync(config, "--web.enable-remote-write-receiver", "--enable-feature=native-histograms"),
                ServerProcess.StartTouchlineAsync(config, "--web.enable-remote-write-receiver"));
            return new Pair(servers[0], servers[1]);
        }

        public async Task SendAsync(string status, byte[] body)
        {
            foreach (var server in (ServerProcess[])[prometheus, touchline])
            {
                using var content = new ByteArrayContent(body);
                content.Headers.TryAddWithoutValidation("Content-Type", "application/x-protobuf");
                content.Headers.ContentEncoding.Add("snappy");
                using var response = await server.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
                var answer = await response.Content.ReadAsStringAsync();
                Assert.True(status == $"{(int)response.StatusCode}", $"{server.Url} answered {response.StatusCode} and not {status}: {answer}");
            }
        }

        public async Task AssertSameAsync(string path) =>
            Assert.Equal((await prometheus.DataAsync(path)).GetRawText(), (await touchline.DataAsync(path)).GetRawText());

        public async Task AssertSameCountersAsync(params string[] names)
        {
            foreach (var name in names)
            {
                Assert.Equal(await SamplesAsync(prometheus, name), await SamplesAsync(touchline, name));
            }
        }

        /// <summary>Waits until both have cut blocks, which they look for once a minute.</summary>
        public async Task WaitForBlocksAsync()
        {
            var until = DateTimeOffset.UtcNow + Patience;
            foreach (var server in (ServerProcess[])[prometheus, touchline])
            {
                while (await SamplesAsync(server, "prometheus_tsdb_blocks_loaded") == "")
                {
                    Assert.True(DateTimeOffset.UtcNow < until, $"{server.Url} cuts no block");
                    await Task.Delay(1000);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await prometheus.DisposeAsync();
            await touchline.DisposeAsync();
        }

        /// <summary>The lines of a metric that are not zero: Prometheus begins with some of those and not with others.</summary>
        private static async Task<string> SamplesAsync(ServerProcess server, string name)
        {
            var (_, body) = await server.AskAsync("/metrics");
            var lines = body.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal) && l[name.Length..] is [' ' or '{', ..] && !l.EndsWith(" 0", StringComparison.Ordinal));
            return string.Join('\n', lines.Order(StringComparer.Ordinal));
        }
    }
}
