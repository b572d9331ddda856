using System.Text.Json;

namespace Touchline.Differential.Api;

/// <summary>A server without a single sample answers as the real one does.</summary>
public sealed class EmptyServerTests : IAsyncLifetime
{
    private ServerProcess[] _servers = [];

    public async ValueTask InitializeAsync() =>
        _servers = await Task.WhenAll(ServerProcess.StartPrometheusAsync("global: {}"), ServerProcess.StartTouchlineAsync("global: {}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("status/tsdb", "headStats")]
    [InlineData("status/tsdb", "seriesCountByMetricName")]
    [InlineData("status/tsdb?limit=3", "labelValueCountByLabelName")]
    [InlineData("status/tsdb", "memoryInBytesByLabelName")]
    [InlineData("status/tsdb", "seriesCountByLabelValuePair")]
    [InlineData("labels", "")]
    [InlineData("label/__name__/values", "")]
    [InlineData("series?match[]=up", "")]
    [InlineData("metadata", "")]
    [InlineData("query?query=up", "")]
    [InlineData("query?query=count(up)", "")]
    [InlineData("query_range?query=up&start=1&end=2&step=1", "")]
    [InlineData("query_exemplars?query=up&start=1&end=2", "")]
    public async Task An_answer_is_the_same(string path, string part)
    {
        var answers = await Task.WhenAll(_servers.Select(server => server.DataAsync("/api/v1/" + path)));
        var (theirs, ours) = part.Length == 0 ? (answers[0], answers[1]) : (answers[0].GetProperty(part), answers[1].GetProperty(part));
        Assert.True(JsonElement.DeepEquals(theirs, ours), $"{theirs.GetRawText()} / {ours.GetRawText()}");
    }

    [Fact]
    public async Task A_limit_of_nothing_is_refused()
    {
        var answers = await Task.WhenAll(_servers.Select(server => server.AskAsync("/api/v1/status/tsdb?limit=0")));
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(400, answers[0].Status);
    }

    [Theory]
    [InlineData("status/cardinality")]
    [InlineData("status/unread_metrics")]
    public async Task What_only_Touchline_has_answers_too(string path) => Assert.Equal(200, (await _servers[1].AskAsync("/api/v1/" + path)).Status);
}
