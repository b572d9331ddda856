using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FootballPrediction.Faults;
using Microsoft.Extensions.Time.Testing;

namespace FootballPrediction.Tests.Faults;

public sealed class FaultTests
{
    [Fact]
    public void A_list_of_faults_is_read()
    {
        FaultBoard faults = new();

        Assert.Null(faults.TrySwitchOnAll("slow_queries=0.8, errors,crash_at_start"));

        Assert.Equal(TimeSpan.FromSeconds(0.8), faults.QueryDelay);
        Assert.True(faults.CrashesAtStart);
        Assert.Equal(0.5, faults.Active["errors"]);
        Assert.Null(faults.LeakMebibytesPerSecond);
    }

    [Theory]
    [InlineData("eror", "unknown fault \"eror\"; did you mean \"errors\"?")]
    [InlineData("fire", "unknown fault \"fire\"; known are slow_queries, errors, crash_at_start, leak")]
    [InlineData("errors=often", "\"often\" in fault \"errors=often\" is not a number")]
    [InlineData("errors=2", "the value of \"errors\" must lie above 0 and be at most 1")]
    [InlineData("slow_queries=NaN", "the value of \"slow_queries\" must lie above 0 and be at most 30")]
    public void A_bad_list_is_told_what_is_wrong(string list, string problem) => Assert.Equal(problem, new FaultBoard().TrySwitchOnAll(list));

    [Fact]
    public void Leaked_memory_is_bounded_and_given_back()
    {
        FaultBoard faults = new();
        using MemoryLeak leak = new(faults, new FakeTimeProvider());
        leak.Step();
        Assert.Equal(0, leak.LostMebibytes);

        faults.TrySwitchOn("leak", 200);
        for (int i = 0; i < 5; i++)
        {
            leak.Step();
        }

        Assert.Equal(512, leak.LostMebibytes);
        faults.SwitchOff("leak");
        leak.Step();
        Assert.Equal(0, leak.LostMebibytes);
    }

    [Fact]
    public async Task Errors_fail_the_api_and_are_counted_but_leave_health_and_metrics_alone()
    {
        await using Running running = await Running.StartAsync();
        HttpClient client = running.Service.Client;
        using HttpResponseMessage on = await client.PostAsJsonAsync("/faults", new { name = "errors", value = 1.0 });
        Assert.Equal(HttpStatusCode.OK, on.StatusCode);

        using HttpResponseMessage failed = await client.PostAsJsonAsync(
            "/predictions", new { home = "Fenwick Albion", away = "Greyfriars", model = "elo" });
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("application/problem+json", failed.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("/teams")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        string text = await running.Service.MetricsAsync();
        Assert.Equal(1, MetricsText.Value(text, "http_requests_total{method=\"POST\",endpoint=\"/predictions\",status_code=\"500\"}"));
        Assert.Equal(1, MetricsText.Value(text, "prediction_requests_total{model_type=\"elo\",status=\"error\"}"));

        using HttpResponseMessage off = await client.DeleteAsync("/faults/errors");
        Assert.Equal(HttpStatusCode.NoContent, off.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/teams")).StatusCode);
    }

    [Fact]
    public async Task Slow_queries_take_as_long_as_asked()
    {
        await using Running running = await Running.StartAsync();
        HttpClient client = running.Service.Client;
        await client.PostAsJsonAsync("/faults", new { name = "slow_queries", value = 0.3 });

        await client.GetAsync("/predictions/none");

        string text = await running.Service.MetricsAsync();
        Assert.True(MetricsText.Value(text, "db_query_duration_seconds_sum{query=\"find_prediction\"}") >= 0.29);
    }

    [Fact]
    public async Task Faults_are_listed_and_switched_off_together()
    {
        await using Running running = await Running.StartAsync();
        HttpClient client = running.Service.Client;
        await client.PostAsJsonAsync("/faults", new { name = "leak", value = 1 });
        await client.PostAsJsonAsync("/faults", new { name = "errors" });

        Assert.Equal(["errors", "leak"], await ActiveAsync(client));
        await client.DeleteAsync("/faults");
        Assert.Empty(await ActiveAsync(client));
    }

    [Theory]
    [InlineData("{\"name\":\"crash_at_start\"}", HttpStatusCode.UnprocessableEntity, "the start is over")]
    [InlineData("{\"name\":\"leek\"}", HttpStatusCode.UnprocessableEntity, "did you mean \\\"leak\\\"?")]
    [InlineData("{}", HttpStatusCode.BadRequest, "the name of the fault is missing")]
    public async Task A_fault_that_cannot_be_switched_on_is_refused(string body, HttpStatusCode status, string detail)
    {
        await using Running running = await Running.StartAsync();
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await running.Service.Client.PostAsync("/faults", content);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_host_name_cannot_switch_faults()
    {
        await using Running running = await Running.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, "/faults") { Content = JsonContent.Create(new { name = "errors" }) };
        request.Headers.Host = "rebound.example";
        using HttpResponseMessage response = await running.Service.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(await ActiveAsync(running.Service.Client));
    }

    private static async Task<List<string?>> ActiveAsync(HttpClient client)
    {
        JsonElement faults = await client.GetFromJsonAsync<JsonElement>("/faults");
        return [.. faults.EnumerateArray().Where(fault => fault.GetProperty("value").ValueKind == JsonValueKind.Number).Select(fault => fault.GetProperty("name").GetString())];
    }

    /// <summary>A service that starts without a league to play, and ends with the test.</summary>
    private sealed class Running : IAsyncDisposable
    {
        public ServiceUnderTest Service { get; } = new() { Options = new ServiceOptions { Simulate = false } };

        public static async Task<Running> StartAsync()
        {
            Running running = new();
            await running.Service.InitializeAsync();
            return running;
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
