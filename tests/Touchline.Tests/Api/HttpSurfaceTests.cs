using System.Net;
using System.Text.Json;

namespace Touchline.Tests.Api;

public sealed class HttpSurfaceTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task An_unknown_path_of_the_API_is_answered_in_JSON()
    {
        var (status, body) = await server.GetAsync("/api/v1/nothing");
        Assert.Equal(404, status);
        Assert.Equal("there is no endpoint /api/v1/nothing", JsonDocument.Parse(body).RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_unknown_path_elsewhere_is_answered_in_the_readers_language()
    {
        Assert.Equal((404, "404 page not found\n"), await server.GetAsync("/nothing"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/<script>", UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await server.Client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("<script>", page);
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/query", "GET, OPTIONS, POST")]
    [InlineData("PUT", "/api/v1/labels", "GET, OPTIONS, POST")]
    [InlineData("POST", "/api/v1/targets", "GET, OPTIONS")]
    [InlineData("HEAD", "/api/v1/query", "GET, OPTIONS, POST")]
    public async Task A_wrong_method_is_answered_with_405_and_the_right_ones(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order()));
    }

    [Fact]
    public async Task Another_origin_may_read_and_is_told_so()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri("/api/v1/labels", UriKind.Relative));
        request.Headers.Add("Origin", "http://grafana.example.com");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("http://grafana.example.com", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("GET, POST, OPTIONS", response.Headers.GetValues("Access-Control-Allow-Methods").Single());
    }

    [Fact]
    public async Task Answers_are_compressed_where_the_reader_takes_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/status/flags", UriKind.Relative));
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
    }

    [Fact]
    public async Task Health_and_readiness_are_answered()
    {
        Assert.Equal((200, "Touchline is Healthy.\n"), await server.GetAsync("/-/healthy"));
        Assert.Equal((200, "Touchline is Ready.\n"), await server.GetAsync("/-/ready"));
    }

    [Theory]
    [InlineData("/-/reload")]
    [InlineData("/-/quit")]
    public async Task Lifecycle_is_off_by_default(string path)
    {
        using var response = await server.Client.PostAsync(new Uri(path, UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("Lifecycle API is not enabled.", await response.Content.ReadAsStringAsync());
        Assert.Equal(405, (await server.GetAsync(path)).Status);
    }

    [Fact]
    public async Task The_pages_are_there()
    {
        foreach (var page in new[] { "/", "/explore", "/targets", "/status" })
        {
            var (status, body) = await server.GetAsync(page);
            Assert.True(status == 200, $"{page}: {status} {body}");
            Assert.Contains("<html", body);
        }
    }

    [Theory]
    [InlineData("rules", """{"groups":[]}""")]
    [InlineData("alerts", """{"alerts":[]}""")]
    [InlineData("alertmanagers", """{"activeAlertmanagers":[],"droppedAlertmanagers":[]}""")]
    [InlineData("notifications", "[]")]
    [InlineData("scrape_pools", """{"scrapePools":[]}""")]
    [InlineData("targets", """{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}""")]
    [InlineData("targets?state=active", """{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":null}""")]
    [InlineData("status/walreplay", """{"min":0,"max":0,"current":0}""")]
    public async Task What_is_empty_is_valid(string path, string data) => Assert.Equal(data, (await server.DataAsync("/api/v1/" + path)).GetRawText());

    [Fact]
    public async Task The_status_has_the_fields_that_clients_read()
    {
        Assert.StartsWith("3.", (await server.DataAsync("/api/v1/status/buildinfo")).GetProperty("version").GetString());
        Assert.Equal("15d", (await server.DataAsync("/api/v1/status/runtimeinfo")).GetProperty("storageRetention").GetString());
        Assert.Contains("global:", (await server.DataAsync("/api/v1/status/config")).GetProperty("yaml").GetString());
        var tsdb = await server.DataAsync("/api/v1/status/tsdb?limit=1");
        Assert.Equal(5, tsdb.GetProperty("headStats").GetProperty("numSeries").GetInt64());
        Assert.Equal("""[{"name":"requests_total","value":2}]""", tsdb.GetProperty("seriesCountByMetricName").GetRawText());
        Assert.Equal("[]", tsdb.GetProperty("diskBytesByMetricName").GetRawText());
        await server.AssertErrorAsync(400, "bad_data", "limit must be a positive number", "/api/v1/status/tsdb?limit=0");
        Assert.Equal(4, (await server.DataAsync("/api/v1/status/tsdb?limit=5000000000")).GetProperty("seriesCountByMetricName").GetArrayLength());
    }
}
