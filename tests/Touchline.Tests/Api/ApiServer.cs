using System.Text.Json;
using Touchline.Model;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

/// <summary>A running server with a few known series, shared by the tests that only ask.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private RunningServer? _server;

    /// <summary>The time of the first sample, a whole minute ten minutes ago; the others follow each 15 s. The last minutes of a full two hours are left out, behind which chunks end.</summary>
    public long Start { get; } = ((DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000) - 10) is var minute && minute % 120 > 117 ? (minute - 2) * 60_000 : minute * 60_000;

    public HttpClient Client => _server!.Client;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        foreach (var instance in new[] { "a", "b" })
        {
            _server.Append(
                Labels.Of(LabelNames.MetricName, "requests_total", "instance", instance, "job", "shop"),
                [.. Enumerable.Range(0, 5).Select(i => (Start + i * 15_000L, i * 10.5))]);
        }
        _server.Append(Labels.Of(LabelNames.MetricName, "up", "instance", "a", "job", "shop"), (Start, 1));
        _server.Append(Labels.Of(LabelNames.MetricName, "odd", "http.status", "2<&>\"é", "job", "shop"), (Start, 1e21));
        _server.Append(Labels.Of(LabelNames.MetricName, "depth", "job", "shop"), (Start, 1), (Start + 15_000, 2));
        _server.AppendExemplar(
            Labels.Of(LabelNames.MetricName, "depth", "job", "shop"), (Start + 15_000, 2), new Exemplar(Labels.Of("trace_id", "00ff"), 6, Start + 1500));
        _server.SetMetadata("requests_total", new MetricMetadata(MetricType.Counter, "Requests.", ""));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>Unix seconds as the API takes them.</summary>
    public string At(long millisecondsAfterStart) => SampleValue.Format((Start + millisecondsAfterStart) / 1000.0);

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> DataAsync(string path)
    {
        var (status, body) = await GetAsync(path);
        Assert.True(status == 200, body);
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").Clone();
    }

    public async Task AssertErrorAsync(int status, string type, string message, string path)
    {
        var answer = await GetAsync(path);
        using var document = JsonDocument.Parse(answer.Body);
        Assert.Equal(status, answer.Status);
        Assert.Equal("error", document.RootElement.GetProperty("status").GetString());
        Assert.Equal(type, document.RootElement.GetProperty("errorType").GetString());
        Assert.Equal(message, document.RootElement.GetProperty("error").GetString());
    }
}
