using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>Bad requests get a clear answer in the shape that clients know, soon, and the next one is served.</summary>
public sealed class BadRequestTests(QuietServer server) : IClassFixture<QuietServer>
{
    /// <summary>Against a hang only.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("up{", "1:4: parse error: unexpected end of input inside braces")]
    [InlineData("sum(up", "1:7: parse error: unclosed left parenthesis")]
    [InlineData("1 +", "1:4: parse error: unexpected end of input")]
    [InlineData("up offset", "1:10: parse error: unexpected end of input in offset, expected number or duration")]
    [InlineData("", "unknown position: parse error: no expression found in input")]
    [InlineData("up[5m", "1:6: parse error: unclosed left bracket")]
    [InlineData("rate(up)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("up + \"text\"", "1:6: parse error: binary expression must contain only scalar and instant vector types")]
    [InlineData("nosuch(up)", "1:1: parse error: unknown function with name \"nosuch\"")]
    [InlineData("sum by (up", "1:11: parse error: unclosed left parenthesis")]
    [InlineData("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("up{job=~\"(\"}", "1:4: parse error: error parsing regexp: missing closing ): `(`")]
    public async Task Query_with_an_error_is_answered_with_its_place(string query, string error)
    {
        var (status, type, message) = await ErrorAsync("/api/v1/query?query=" + Uri.EscapeDataString(query));

        Assert.Equal((HttpStatusCode.BadRequest, "bad_data"), (status, type));
        Assert.Equal($"invalid parameter \"query\": {error}", message);
    }

    [Theory]
    [InlineData("query=up&start=0&end=100000&step=1", "exceeded maximum resolution of 11,000 points per timeseries")]
    [InlineData("query=up&start=0&end=1700000000&step=1ms", "exceeded maximum resolution of 11,000 points per timeseries")]
    [InlineData("query=up&start=100&end=99&step=1", "invalid parameter \"end\": end timestamp must not be before start time")]
    [InlineData("query=up&start=0&end=1&step=0", "invalid parameter \"step\": zero or negative query resolution step widths are not accepted")]
    [InlineData("query=up&start=0&end=1&step=-5", "invalid parameter \"step\": zero or negative query resolution step widths are not accepted")]
    [InlineData("query=up&start=0&end=1", "invalid parameter \"step\": cannot parse \"\" to a valid duration")]
    [InlineData("query=up&start=yesterday&end=1&step=1", "invalid parameter \"start\": cannot parse \"yesterday\" to a valid timestamp")]
    [InlineData("query=up&start=0&end=NaN&step=1", "invalid parameter \"end\": cannot parse \"NaN\" to a valid timestamp")]
    [InlineData("query=up[5m]&start=0&end=1&step=1", "invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")]
    [InlineData("query=up&start=0&end=1&step=1&timeout=long", "invalid parameter \"timeout\"")]
    [InlineData("query=up&start=0&end=1&step=1&limit=-1", "invalid parameter \"limit\"")]
    public async Task Bad_range_is_answered_with_what_is_wrong(string parameters, string error)
    {
        var (status, type, message) = await ErrorAsync("/api/v1/query_range?" + parameters);

        Assert.Equal((HttpStatusCode.BadRequest, "bad_data"), (status, type));
        Assert.StartsWith(error, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/series", "no match[] parameter provided")]
    [InlineData("/api/v1/series?match[]=up{", "parse error")]
    [InlineData("/api/v1/series?match[]={job=~\"x*\"}", "match[] must contain at least one non-empty matcher")]
    [InlineData("/api/v1/label/na-me%FF/values", "not UTF-8")]
    [InlineData("/api/v1/query?query=up%FF", "not UTF-8")]
    [InlineData("/api/v1/query?query=%22%C3%28%22", "not UTF-8")]
    [InlineData("/api/v1/format_query?query=up{", "1:4: parse error")]
    [InlineData("/api/v1/query?query=up&time=never", "invalid parameter \"time\"")]
    public async Task Other_bad_parameters_are_answered_too(string path, string error)
    {
        var (status, type, message) = await ErrorAsync(path);

        Assert.Equal((HttpStatusCode.BadRequest, "bad_data"), (status, type));
        Assert.Contains(error, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Range_with_exactly_11000_points_is_answered()
    {
        var data = await server.Process.GetDataAsync("/api/v1/query_range?query=vector(1)&start=0&end=11000&step=1");

        Assert.Equal(11_001, data.GetProperty("result")[0].GetProperty("values").GetArrayLength());
    }

    /// <summary>Millions of steps that the range of a subquery asks for, beyond what one query may hold.</summary>
    [Theory]
    [InlineData("sum_over_time(vector(1)[10y:1ms])")]
    [InlineData("max_over_time(max_over_time(stored[1d:1ms])[1d:1ms])")]
    [InlineData("count_over_time(stored[10y:1ms] @ 0)")]
    public async Task Millions_of_steps_are_refused_or_answered_in_time(string query)
    {
        using var response = await GetAsync($"/api/v1/query?timeout=5s&query={Uri.EscapeDataString(query)}");
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        if (response.StatusCode != HttpStatusCode.OK)
        {
            Assert.True(response.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.ServiceUnavailable, answer.ToString());
            Assert.Matches("too many samples|timed out", answer.GetProperty("error").GetString());
        }
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(.*)*(.*)*(.*)*x")]
    [InlineData("(x+x+)+y")]
    [InlineData("([a-z]+)*[0-9]{30}")]
    public async Task Regex_that_would_backtrack_is_answered(string regex)
    {
        var victim = new string('a', 5000);
        var query = $"label_replace(vector(1), \"hit\", \"yes\", \"victim\", \"\") and label_replace(label_replace(vector(1), \"victim\", \"{victim}!\", \"\", \"\"), \"hit\", \"yes\", \"victim\", \"{regex}\")";

        using var response = await PostAsync("/api/v1/query", ("query", query));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await server.Process.QueryAsync($"{{__name__=~\"{regex}|up\"}}");
    }

    /// <summary>Small to write, and enormous as an automaton: RE2 refuses to repeat so often, and so does Prometheus.</summary>
    [Theory]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("(((x{2,1000}){2,1000}){2,1000})y")]
    [InlineData("a{1001}")]
    [InlineData("up)|(.*")]
    [InlineData("(a)\\\\1")]
    [InlineData("(?=a)")]
    public async Task Regex_that_is_not_one_of_RE2_is_refused(string regex)
    {
        var (status, type, _) = await ErrorAsync("/api/v1/query?query=" + Uri.EscapeDataString($"up{{job=~\"{regex}\"}}"));

        Assert.Equal((HttpStatusCode.BadRequest, "bad_data"), (status, type));
        await AssertServesAsync();
    }

    [Fact]
    public async Task Expression_nested_beyond_reason_is_refused()
    {
        var query = new string('(', 100_000) + "1" + new string(')', 100_000);

        using var response = await PostAsync("/api/v1/query", ("query", query));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("/api/v1/nothing", "application/json")]
    [InlineData("/api/v2/status", "application/json")]
    [InlineData("/nothing", "text/plain")]
    [InlineData("/..%2f..%2fetc/passwd", "text/plain")]
    public async Task Unknown_path_is_not_found(string path, string contentType)
    {
        using var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/query")]
    [InlineData("PUT", "/api/v1/series")]
    [InlineData("POST", "/api/v1/targets")]
    [InlineData("POST", "/metrics")]
    [InlineData("GET", "/-/reload")]
    [InlineData("DELETE", "/")]
    public async Task Wrong_method_is_not_allowed(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await server.Process.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Oversized_body_is_refused()
    {
        var answer = await SendRawAsync(
            "POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 67108864\r\n\r\nquery=1");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/json", answer, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Oversized_url_is_refused()
    {
        var answer = await SendRawAsync($"GET /api/v1/query?query={new string('1', 1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", answer, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Oversized_headers_are_refused()
    {
        var answer = await SendRawAsync($"GET / HTTP/1.1\r\nHost: x\r\nX-Large: {new string('1', 1_000_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("GET /api/v1/query?query=up\u00ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /api/v1/query?query=up%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /api/v1/label/%ff/values HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001 not HTTP at all\r\n\r\n")]
    [InlineData("GET /api/v1/query?query=up\r\n\r\n")]
    public async Task Invalid_bytes_are_answered_and_nothing_breaks(string request)
    {
        var answer = await SendRawAsync(request);

        Assert.Matches("^HTTP/1.1 (200|400) ", answer);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Many_bad_requests_at_once_leave_it_standing()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var response = await server.Process.Http.GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(new string('(', i)));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }));
        await AssertServesAsync();
    }

    private async Task<(HttpStatusCode Status, string? Type, string Message)> ErrorAsync(string path)
    {
        using var response = await GetAsync(path);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.True(answer.GetProperty("status").GetString() == "error", answer.ToString());
        return (response.StatusCode, answer.GetProperty("errorType").GetString(), answer.GetProperty("error").GetString()!);
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var patience = new CancellationTokenSource(Soon);
        return await server.Process.Http.GetAsync(path, patience.Token);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] parameters)
    {
        using var patience = new CancellationTokenSource(Soon);
        using var form = new FormUrlEncodedContent(parameters.Select(p => KeyValuePair.Create(p.Name, p.Value)));
        return await server.Process.Http.PostAsync(path, form, patience.Token);
    }

    /// <summary>Sends bytes as they are and reads until the server closes or the head of an answer is there.</summary>
    private async Task<string> SendRawAsync(string request)
    {
        using var patience = new CancellationTokenSource(Soon);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Process.Url.Host, server.Process.Url.Port, patience.Token);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, patience.Token) is var read and > 0)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
                if (answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            return answer.ToString(); // It closed on the rest of the request, after its answer.
        }
        return answer.ToString();
    }

    /// <summary>The next question is answered as if nothing had been.</summary>
    private async Task AssertServesAsync()
    {
        var minutes = await server.Process.ValueAsync("count_over_time(stored{series=\"1\"}[1d])");
        Assert.True(minutes > 100, string.Create(CultureInfo.InvariantCulture, $"{minutes} samples"));
    }
}
