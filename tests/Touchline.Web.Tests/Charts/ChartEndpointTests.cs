using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Web.Tests.Fakes;

namespace Touchline.Web.Tests.Charts;

public sealed class ChartEndpointTests : IAsyncDisposable
{
    private readonly WebServer _server = new();

    [Fact]
    public async Task A_query_is_answered_with_columns()
    {
        _server.Store.Add(Labels.Of("__name__", "temperature", "room", "a"), 10_000, 1, 2, 3);

        using var response = await _server.GetAsync("ui/chart?query=temperature&from=now-20s&to=now&step=10s");

        Assert.Equal("application/vnd.touchline.chart", response.Content.Headers.ContentType?.MediaType);
        var frame = DecodedFrame.Read(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([1, 2, 3], frame.Columns[0]);
        Assert.Equal("a", frame.Header.GetProperty("series")[0].GetProperty("labels").GetProperty("room").GetString());
    }

    [Fact]
    public async Task Several_queries_share_one_answer()
    {
        _server.Store.Add(Labels.Of("__name__", "a"), 10_000, 1).Add(Labels.Of("__name__", "b"), 10_000, 2);

        using var response = await _server.GetAsync("ui/chart?query=b&query=a&from=now-20s&to=now&step=10s");

        var frame = DecodedFrame.Read(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([0, 1], frame.Header.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("query").GetInt32()));
        Assert.Equal(2, frame.Columns[0][^1]);
    }

    [Fact]
    public async Task A_syntax_error_says_where()
    {
        using var response = await _server.GetAsync("ui/chart?query=up&query=sum(up");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("bad_data", error.GetProperty("errorType").GetString());
        Assert.Equal(1, error.GetProperty("query").GetInt32());
        Assert.Equal(7, error.GetProperty("places")[0].GetProperty("column").GetInt32());
    }

    [Fact]
    public async Task An_answer_that_cannot_be_computed_is_no_server_error()
    {
        _server.Store.Add(Labels.Of("__name__", "a", "x", "1"), 1000, 1).Add(Labels.Of("__name__", "a", "x", "2"), 1000, 1);

        using var response = await _server.GetAsync("ui/chart?query=" + Uri.EscapeDataString("a * on() a") + "&from=now-20s");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("execution", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task A_bad_range_says_what_would_be_right()
    {
        using var response = await _server.GetAsync("ui/chart?query=up&from=later");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("now-1h", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Too_many_samples_are_a_clear_error()
    {
        _server.Engine.Options.MaxSamples = 1;
        _server.Store.Add(Labels.Of("__name__", "a"), 1000, 1, 2, 3);

        using var response = await _server.GetAsync("ui/chart?query=a&from=now-20s&step=1s");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
