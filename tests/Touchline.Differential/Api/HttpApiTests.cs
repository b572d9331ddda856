using System.Globalization;
using System.Text.Json;

namespace Touchline.Differential.Api;

/// <summary>The same questions to the real Prometheus and to Touchline, by HTTP and by promtool.</summary>
public sealed class HttpApiTests(BothServers servers) : IClassFixture<BothServers>
{
    public static TheoryData<string> Queries =>
    [
        "shop_requests_total", "sum by (path) (rate(shop_requests_total[5s]))", "shop_requests_total{status=~\"5..\"} / ignoring(status) shop_requests_total{status=\"200\"}",
        "shop_extremes", "-shop_extremes", "topk(2, shop_requests_total)", "histogram_quantile(0.9, rate(shop_duration_seconds_bucket[5s]))", "shop_temperature > 0",
        "max_over_time(shop_temperature[5s])", "time()", "1e21", "1e-9", "vector(1e-9)", "label_replace(shop_temperature, \"x\", \"<$1>\", \"team\", \"(.*)\")",
        "absent(nothing)", "nothing", "count_values(\"v\", shop_extremes)", "rate(shop_temperature[5s])", "histogram_quantile(2, shop_duration_seconds_bucket)",
    ];

    public static TheoryData<string> Mistakes =>
    [
        "query", "query?query=", "query?query=1%2B", "query?query=sum(", "query?query=rate(shop_temperature)", "query?query=shop_temperature%20offset", "query?query=1&time=abc",
        "query?query=1&timeout=abc", "query?query=1&limit=-1", "query?query=1&lookback_delta=abc", "query?query={}", "query?query={a=~\"(\"}",
        "query?query=sum_over_time(shop_temperature)", "query?query=\"a\"%2B1", "query?query=foo(1)", "query?query=1%20and%202",
        "query_range?query=1", "query_range?query=1&start=0", "query_range?query=1&start=0&end=1", "query_range?query=1&start=1&end=0&step=1",
        "query_range?query=1&start=0&end=1&step=0", "query_range?query=1&start=0&end=1&step=-1s", "query_range?query=1&start=0&end=1&step=abc",
        "query_range?query=1&start=0&end=1&step=1e20", "query_range?query=1&start=0&end=11001&step=1", "query_range?query=\"a\"&start=0&end=1&step=1",
        "query_range?query=shop_temperature[1s]&start=0&end=1&step=1", "series", "series?match[]={}", "series?match[]=a{", "series?match[]=rate(a[5m])", "series?match[]=a&start=abc",
        "labels?match[]={}", "labels?match[]=a{", "labels?limit=-1", "labels?start=abc", "label/job/values?match[]=a{", "metadata?limit=abc", "metadata?limit_per_metric=abc",
        "status/tsdb?limit=0", "status/tsdb?limit=abc", "format_query?query=sum(", "parse_query?query=sum(", "query_exemplars?query=sum(", "query_exemplars?query=a&start=2&end=1",
    ];

    public static TheoryData<string> Same =>
    [
        "series?match[]=shop_requests_total", "series?match[]=shop_requests_total&limit=2", "series?match[]={job=\"shop\"}&match[]=up", "series?match[]=nothing",
        "series?match[]=up&start=1&end=2", "labels", "labels?match[]=shop_requests_total", "labels?limit=2", "label/__name__/values", "label/job/values", "label/U__job/values",
        "label/path/values?match[]=shop_requests_total{status=\"500\"}", "label/path/values?limit=1", "label/nothing/values", "scrape_pools", "rules", "alerts", "alertmanagers",
        "notifications", "query_exemplars?query=shop_temperature", "metadata?metric=shop_requests_total", "metadata?metric=shop_duration_seconds", "metadata?metric=nothing",
        "metadata?limit=0", "targets?state=nonsense", "targets?state=dropped", "status/walreplay",
        "format_query?query=sum(rate(a[5m]))by(b)%2Bon(c)group_left(d)e", "parse_query?query=sum%20by(job)(rate(up{job=~\"a\",b!=\"c\"}[5m]%20offset%201m))",
        "parse_query?query=-max_over_time(foo[1h:5m]%20@%20end())%20%3E%20bool%20topk(3,(vector(1.5)))", "parse_query?query=a*on(b)group_left(c)d%20or%20e%20@%205",
        "parse_query?query=round(a,5)%2Bday_of_month()%2Blabel_join(a,\"b\",\"c\",\"d\")%2Bcount_values(\"x\",a)", "parse_query?query={\"http.status\"=\"5\"}%2B5m",
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public Task An_instant_query_gets_the_same_answer(string query) =>
        AssertSameAsync(string.Create(CultureInfo.InvariantCulture, $"query?query={Uri.EscapeDataString(query)}&time={servers.End}"));

    [Theory]
    [InlineData("sort(shop_requests_total)", 1)]
    [InlineData("sort_desc(shop_requests_total)", 5)]
    [InlineData("sort(shop_requests_total)", 6)]
    public Task A_limited_query_gets_the_same_answer(string query, int limit) => AssertSameAsync(
        string.Create(CultureInfo.InvariantCulture, $"query?query={Uri.EscapeDataString(query)}&time={servers.End}&limit={limit}"));

    [Theory]
    [MemberData(nameof(Queries))]
    public Task A_range_query_gets_the_same_answer(string query) => AssertSameAsync(
        string.Create(CultureInfo.InvariantCulture, $"query_range?query={Uri.EscapeDataString(query)}&start={servers.End - 3}&end={servers.End}&step=1.5"));

    [Fact]
    public Task A_range_vector_gets_the_same_answer() =>
        AssertSameAsync(string.Create(CultureInfo.InvariantCulture, $"query?query=shop_requests_total[5s]&time={servers.End}"));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public Task A_mistake_gets_the_same_error(string path) => AssertSameAsync(path);

    [Theory]
    [MemberData(nameof(Same))]
    public Task What_is_there_is_told_the_same(string path) => AssertSameAsync(path);

    [Theory]
    [InlineData("instant", "SERVER", "sum by (path) (rate(shop_requests_total[5s]))", "--time=END")]
    [InlineData("instant", "SERVER", "shop_extremes", "--time=END")]
    [InlineData("instant", "SERVER", "sum(", "--time=END")]
    [InlineData("range", "SERVER", "shop_requests_total", "--start=START", "--end=END", "--step=2s")]
    [InlineData("range", "SERVER", "rate(shop_duration_seconds_sum[5s])", "--start=START", "--end=END", "--step=1s")]
    [InlineData("range", "SERVER", "1", "--start=END", "--end=START", "--step=1s")]
    [InlineData("series", "SERVER", "--match=shop_requests_total", "--match=up")]
    [InlineData("series", "SERVER", "--match=shop_requests_total{")]
    [InlineData("labels", "SERVER", "path")]
    [InlineData("labels", "SERVER", "__name__", "--match={job=\"shop\"}")]
    public async Task Promtool_prints_the_same(string verb, params string[] arguments)
    {
        string[] given =
        [
            "query", verb,
            .. arguments.Select(a => a.Replace("START", Text(servers.End - 5), StringComparison.Ordinal).Replace("END", Text(servers.End), StringComparison.Ordinal)),
        ];
        var expected = await servers.Prometheus.PromtoolAsync(given);
        Assert.Equal(Sorted(expected, verb), Sorted(await servers.Touchline.PromtoolAsync(given), verb));
    }

    [Fact]
    public async Task Targets_are_told_the_same()
    {
        var expected = (await servers.Prometheus.DataAsync("/api/v1/targets")).GetProperty("activeTargets").EnumerateArray().ToList();
        var actual = (await servers.Touchline.DataAsync("/api/v1/targets")).GetProperty("activeTargets").EnumerateArray().ToList();
        Assert.Equal(expected.Select(Fixed).Order(), actual.Select(Fixed).Order());

        // Times and wordings of the network differ; what a reader decides on does not.
        static string Fixed(JsonElement target) => string.Join(
            '\n',
            target.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Name switch
            {
                "lastError" => $"{p.Name}: {(p.Value.GetString() is { Length: > 0 } ? "some" : "none")}",
                "lastScrape" or "lastScrapeDuration" => p.Name,
                _ => $"{p.Name}: {p.Value.GetRawText()}",
            }));
    }

    [Theory]
    [InlineData("status/buildinfo")]
    [InlineData("status/runtimeinfo")]
    [InlineData("status/tsdb")]
    [InlineData("status/config")]
    public async Task A_status_has_every_member_that_Prometheus_gives(string path)
    {
        var expected = await servers.Prometheus.DataAsync("/api/v1/" + path);
        var actual = await servers.Touchline.DataAsync("/api/v1/" + path);
        foreach (var member in expected.EnumerateObject())
        {
            Assert.True(actual.TryGetProperty(member.Name, out var own), $"{member.Name} is missing");
            Assert.Equal(member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False, own.ValueKind is JsonValueKind.True or JsonValueKind.False);
        }
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/query")]
    [InlineData("PUT", "/api/v1/labels")]
    [InlineData("POST", "/api/v1/targets")]
    [InlineData("OPTIONS", "/api/v1/query_range")]
    [InlineData("GET", "/-/reload")]
    [InlineData("POST", "/-/reload")]
    [InlineData("GET", "/nothing.at.all")]
    [InlineData("GET", "/api/v1/nothing")]
    [InlineData("GET", "/federate?match[]=a{")]
    public async Task A_method_or_path_gets_the_same_status(string method, string path)
    {
        var answers = new List<(int, string)>();
        foreach (var server in new[] { servers.Prometheus, servers.Touchline })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            request.Headers.Add("Origin", "http://example.com");
            using var response = await server.Client.SendAsync(request);
            // The header of the 405 on the lifecycle paths is ours alone: Prometheus leaves it out.
            var allow = path.StartsWith("/api", StringComparison.Ordinal) && (int)response.StatusCode == 405 ? string.Join(", ", response.Content.Headers.Allow.Order()) : "";
            var origin = response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) && (int)response.StatusCode < 300 ? values.Single() : "";
            answers.Add(((int)response.StatusCode, $"{allow}|{origin}"));
        }
        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task Federation_gives_the_same_samples()
    {
        var answers = await Task.WhenAll(new[] { servers.Prometheus, servers.Touchline }.Select(s => s.AskAsync("/federate?match[]=shop_extremes&match[]=shop_requests_total")));
        Assert.Equal(Names(answers[0].Body), Names(answers[1].Body));

        static IEnumerable<string> Names(string text) => text.Split('\n').Where(l => l.StartsWith("shop_", StringComparison.Ordinal)).Select(Series).Order(StringComparer.Ordinal);

        // The order of labels and the newest second may differ.
        static string Series(string line)
        {
            var end = line.LastIndexOf('}');
            var start = line.IndexOf('{', StringComparison.Ordinal);
            return line[..start] + string.Join(',', line[(start + 1)..end].Split(',').Order(StringComparer.Ordinal));
        }
    }

    private async Task AssertSameAsync(string path)
    {
        var expected = await servers.Prometheus.AskAsync("/api/v1/" + path);
        var actual = await servers.Touchline.AskAsync("/api/v1/" + path);
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(Normal(expected.Body), Normal(actual.Body));
    }

    /// <summary>A body with what no order is promised for in one order: the series of an instant vector.</summary>
    private static string Normal(string body)
    {
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("resultType", out var type) || type.GetString() != "vector")
        {
            // Whether < and > are escaped is a matter of taste.
            return JsonSerializer.Serialize(document.RootElement);
        }
        return string.Join('\n', data.GetProperty("result").EnumerateArray().Select(r => r.GetRawText()).Order(StringComparer.Ordinal)
            .Concat(document.RootElement.EnumerateObject().Where(m => m.Name != "data").Select(m => $"{m.Name}: {m.Value.GetRawText()}")));
    }

    private static string Sorted(string printed, string verb) =>
        verb is "instant" ? string.Join('\n', printed.Split('\n').Order(StringComparer.Ordinal)) : printed;

    private static string Text(long seconds) => seconds.ToString(CultureInfo.InvariantCulture);
}
