using System.Net;
using System.Text.Json;
using Touchline.Options;
using Touchline.PromQL;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

/// <summary>Bodies and messages are those that Prometheus 3.5 answers to the same questions.</summary>
public sealed class QueryEndpointsTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Query_of_a_vector_gives_one_value_a_series()
    {
        var (status, body) = await server.GetAsync($"/api/v1/query?query=requests_total&time={server.At(30_250)}");
        Assert.Equal(200, status);
        Assert.Equal(
            $$$"""
            {"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","instance":"a","job":"shop"},"value":[{{{server.At(30_250)}}}0,"21"]},{"metric":{"__name__":"requests_total","instance":"b","job":"shop"},"value":[{{{server.At(30_250)}}}0,"21"]}]}}
            """,
            body);
    }

    [Fact]
    public async Task Query_range_gives_a_matrix()
    {
        var data = await server.DataAsync($"/api/v1/query_range?query=sum(requests_total)&start={server.At(0)}&end={server.At(60_000)}&step=30s");
        Assert.Equal("matrix", data.GetProperty("resultType").GetString());
        Assert.Equal(
            $$"""[{"metric":{},"values":[[{{server.At(0)}},"0"],[{{server.At(30_000)}},"42"],[{{server.At(60_000)}},"84"]]}]""", data.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("1e21", """{"resultType":"scalar","result":[5,"1000000000000000000000"]}""")]
    [InlineData("vector(1e21)", """{"resultType":"vector","result":[{"metric":{},"value":[5,"1e+21"]}]}""")]
    [InlineData("vector(NaN)", """{"resultType":"vector","result":[{"metric":{},"value":[5,"NaN"]}]}""")]
    [InlineData("-1/0", """{"resultType":"scalar","result":[5,"-Inf"]}""")]
    [InlineData("\"a\\\"b\"", """{"resultType":"string","result":[5,"a\"b"]}""")]
    public async Task Query_writes_each_type_as_Prometheus_does(string query, string data) =>
        Assert.Equal(data, (await server.DataAsync($"/api/v1/query?time=5&query={Uri.EscapeDataString(query)}")).GetRawText());

    [Fact]
    public async Task Explain_gives_the_plan_with_its_cost_beside_the_result()
    {
        var data = await server.DataAsync($"/api/v1/query_range?query=sum(rate(requests_total[30s]))&start={server.At(30_000)}&end={server.At(60_000)}&step=15s&explain=1");

        Assert.Equal(1, data.GetProperty("result").GetArrayLength());
        var plan = data.GetProperty("explain");
        Assert.Equal(("aggregate", "sum(rate(requests_total[30s]))", 3), (plan.GetProperty("operator").GetString(), plan.GetProperty("expr").GetString(), plan.GetProperty("steps").GetInt32()));
        var range = plan.GetProperty("children")[0].GetProperty("children")[0];
        Assert.Equal(
            ("range", 2, 8, 2, 0),
            (range.GetProperty("operator").GetString(), range.GetProperty("seriesRead").GetInt32(), range.GetProperty("samplesRead").GetInt32(), range.GetProperty("chunksDecoded").GetInt32(), range.GetProperty("children").GetArrayLength()));
        Assert.True(range.GetProperty("ms").GetDouble() >= 0);
    }

    [Fact]
    public async Task Explain_is_there_only_where_it_is_asked_for()
    {
        Assert.False((await server.DataAsync($"/api/v1/query?query=up&time={server.At(0)}")).TryGetProperty("explain", out _));
        Assert.Equal(JsonValueKind.Null, (await server.DataAsync("/api/v1/query?query=\"a\"&explain=1")).GetProperty("explain").ValueKind);
    }

    [Fact]
    public async Task Query_of_a_range_vector_gives_its_samples()
    {
        var data = await server.DataAsync($"/api/v1/query?query=up[1m]&time={server.At(5000)}");
        Assert.Equal($$"""[{"metric":{"__name__":"up","instance":"a","job":"shop"},"values":[[{{server.At(0)}},"1"]]}]""", data.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task A_label_value_is_written_as_it_is()
    {
        var (_, body) = await server.GetAsync($"/api/v1/query?query=odd&time={server.At(0)}");
        Assert.Contains("\"http.status\":\"2<&>\\\"é\"", body);
    }

    [Fact]
    public async Task Parameters_are_taken_from_a_form_and_the_form_comes_first()
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("query", "1+1"), KeyValuePair.Create("time", "5")]);
        using var response = await server.Client.PostAsync(new Uri("/api/v1/query?query=9", UriKind.Relative), form);
        Assert.Equal("""{"status":"success","data":{"resultType":"scalar","result":[5,"2"]}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_limit_cuts_the_result_and_says_so()
    {
        var (_, body) = await server.GetAsync($"/api/v1/query?query=requests_total&time={server.At(0)}&limit=1");
        using var document = JsonDocument.Parse(body);
        Assert.Single(document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray());
        Assert.Equal("""["results truncated due to limit"]""", document.RootElement.GetProperty("warnings").GetRawText());
    }

    [Fact]
    public async Task Statistics_come_where_they_are_asked_for()
    {
        var data = await server.DataAsync($"/api/v1/query?query=requests_total&time={server.At(0)}&stats=all");
        Assert.Equal(2, data.GetProperty("stats").GetProperty("samples").GetProperty("totalQueryableSamples").GetInt64());
        Assert.True(data.GetProperty("stats").GetProperty("timings").GetProperty("evalTotalTime").GetDouble() >= 0);
        Assert.False(data.GetProperty("stats").GetProperty("samples").TryGetProperty("totalQueryableSamplesPerStep", out _));
    }

    [Fact]
    public async Task Statistics_of_each_step_come_where_the_feature_is_on()
    {
        await using var featured = await RunningServer.StartAsync(new ServerOptions { Features = PromQLFeatures.StepStatistics });
        async Task<JsonElement> SamplesAsync(string statistics)
        {
            using var document = JsonDocument.Parse(
                await featured.Client.GetStringAsync(new Uri($"/api/v1/query?query=vector(1)&time=60&stats={statistics}", UriKind.Relative)));
            return document.RootElement.GetProperty("data").GetProperty("stats").GetProperty("samples").Clone();
        }

        Assert.Equal("[[60,0]]", (await SamplesAsync("all")).GetProperty("totalQueryableSamplesPerStep").GetRawText());
        Assert.False((await SamplesAsync("true")).TryGetProperty("totalQueryableSamplesPerStep", out _));
    }

    [Fact]
    public async Task Notes_on_a_query_come_beside_the_answer()
    {
        var (_, body) = await server.GetAsync($"/api/v1/query?query=rate(depth[5m])&time={server.At(60_000)}");
        Assert.EndsWith(
            "\"infos\":[\"PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \\\"depth\\\" (1:6)\"]}",
            body);
    }

    [Theory]
    [InlineData("query?query=1%2B", "invalid parameter \"query\": 1:3: parse error: unexpected end of input")]
    [InlineData("query", "invalid parameter \"query\": unknown position: parse error: no expression found in input")]
    [InlineData("query?query=1&time=abc", "invalid parameter \"time\": invalid time value for 'time': cannot parse \"abc\" to a valid timestamp")]
    [InlineData("query?query=1&timeout=abc", "invalid parameter \"timeout\": cannot parse \"abc\" to a valid duration")]
    [InlineData("query?query=1&limit=-1", "invalid parameter \"limit\": limit must be non-negative")]
    [InlineData("query?query=1&lookback_delta=abc", "error parsing lookback delta duration: cannot parse \"abc\" to a valid duration")]
    [InlineData("query_range?query=up", "invalid parameter \"start\": cannot parse \"\" to a valid timestamp")]
    [InlineData("query_range?query=up&start=1&end=0&step=1", "invalid parameter \"end\": end timestamp must not be before start time")]
    [InlineData("query_range?query=up&start=0&end=1&step=0", "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer")]
    [InlineData("query_range?query=up&start=0&end=1&step=-1", "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer")]
    [InlineData("query_range?query=up&start=0&end=1&step=abc", "invalid parameter \"step\": cannot parse \"abc\" to a valid duration")]
    [InlineData("query_range?query=up&start=0&end=1&step=1e30", "invalid parameter \"step\": cannot parse \"1e30\" to a valid duration. It overflows int64")]
    [InlineData("query_range?query=up&start=0&end=20000&step=1", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")]
    [InlineData("query_range?query=1&start=0&end=2&step=0.0001", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")]
    [InlineData("query_range?query=up[1m]&start=0&end=2&step=1", "invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")]
    [InlineData("query_range?query=\"a\"&start=0&end=2&step=1", "invalid parameter \"query\": invalid expression type \"string\" for range query, must be Scalar or instant Vector")]
    [InlineData("format_query?query=sum(", "invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis")]
    public Task A_bad_parameter_is_answered_with_400(string path, string message) => server.AssertErrorAsync(400, "bad_data", message, "/api/v1/" + path);

    [Fact]
    public async Task A_query_that_the_data_do_not_fit_is_answered_with_422()
    {
        var (status, body) = await server.GetAsync($"/api/v1/query?query=requests_total*on()requests_total&time={server.At(0)}");
        Assert.Equal(422, status);
        Assert.Contains("\"errorType\":\"execution\",\"error\":\"found duplicate series for the match group {} on the right hand-side of the operation", body);
    }

    [Fact]
    public Task A_query_without_time_is_answered_with_503() =>
        server.AssertErrorAsync(503, "timeout", "query timed out in query queue", "/api/v1/query?query=1&timeout=0");

    [Fact]
    public async Task A_query_out_of_time_is_answered_with_503()
    {
        // So short a time may be over before the evaluation begins, which is another error: a machine that is so slow takes longer for the query too.
        var (status, body) = (0, "");
        foreach (var timeout in (string[])["20ms", "200ms", "2s", "20s"])
        {
            (status, body) = await server.GetAsync($"/api/v1/query?query=sum_over_time(sum_over_time(vector(1)[1h:1ms])[10h:1ms])&timeout={timeout}");
            Assert.Equal(503, status);
            if (!body.Contains("query timed out in query queue", StringComparison.Ordinal))
            {
                break;
            }
        }
        Assert.Contains("\"errorType\":\"timeout\",\"error\":\"query timed out in expression evaluation\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Format_query_gives_the_canonical_form() =>
        Assert.Equal("\"sum by (job) (up)\"", (await server.DataAsync("/api/v1/format_query?query=sum(up)by(job)")).GetRawText());

    [Fact]
    public async Task Exemplars_are_those_of_the_series_that_the_query_selects()
    {
        Assert.Equal("[]", (await server.DataAsync("/api/v1/query_exemplars?query=up")).GetRawText());
        Assert.Equal("[]", (await server.DataAsync("/api/v1/query_exemplars?query=1")).GetRawText());
        Assert.Equal(
            "[{\"seriesLabels\":{\"__name__\":\"depth\",\"job\":\"shop\"},\"exemplars\":[{\"labels\":{\"trace_id\":\"00ff\"},\"value\":\"6\",\"timestamp\":"
            + server.At(1000) + ".500}]}]",
            (await server.DataAsync($"/api/v1/query_exemplars?query=rate(depth[5m])/up&start={server.At(0)}&end={server.At(2000)}")).GetRawText());
        Assert.Equal("[]", (await server.DataAsync($"/api/v1/query_exemplars?query=depth&start={server.At(2000)}")).GetRawText());
    }

    [Fact]
    public async Task A_long_query_goes_in_a_form_and_a_too_long_one_is_refused()
    {
        using var longForm = new FormUrlEncodedContent([KeyValuePair.Create("query", "1" + new string(' ', 1_000_000))]);
        using var fine = await server.Client.PostAsync(new Uri("/api/v1/query", UriKind.Relative), longForm);
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        using var tooLong = new FormUrlEncodedContent([KeyValuePair.Create("query", "1" + new string(' ', 11_000_000))]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/query", UriKind.Relative)) { Content = tooLong };
        request.Headers.ExpectContinue = true;
        // Who does not wait for the answer sends the body after a second, and may find the connection closed before it has read why.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) }) { BaseAddress = server.Client.BaseAddress };
        using var refused = await patient.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task A_large_answer_arrives_whole()
    {
        var data = await server.DataAsync("/api/v1/query_range?query=time()/2&start=0&end=10999&step=1");
        var values = data.GetProperty("result")[0].GetProperty("values");
        Assert.Equal(11_000, values.GetArrayLength());
        Assert.Equal("[10999,\"5499.5\"]", values[10_999].GetRawText());
    }
}
