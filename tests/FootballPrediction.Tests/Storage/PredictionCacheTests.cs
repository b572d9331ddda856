using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FootballPrediction.Tests.Storage;

/// <summary>The service with a real Redis, and with one that is gone.</summary>
public sealed class PredictionCacheTests
{
    [Fact]
    public async Task An_answer_is_found_in_Redis_and_without_Redis_in_the_database()
    {
        await using RedisServer redis = new();
        await redis.StartAsync();
        ServiceUnderTest service = new() { Options = new ServiceOptions { DaysPerMinute = 800, Redis = $"127.0.0.1:{redis.Port}" } };
        await service.InitializeAsync();
        try
        {
            using HttpResponseMessage created = await service.Client.PostAsJsonAsync("/predictions", new { home = "Fenwick Albion", away = "Greyfriars" });
            JsonElement prediction = await created.Content.ReadFromJsonAsync<JsonElement>();

            Assert.Equal(Essence(prediction), Essence(await FindAsync(service, created)));
            await MetricsHaveAsync(service, "redis_cache_requests_total{result=\"hit\"} 1", "redis_commands_total{command=\"set\",status=\"ok\"} 1", "redis_connected 1");

            await redis.StopAsync();
            Assert.Equal(Essence(prediction), Essence(await FindAsync(service, created)));
            await MetricsHaveAsync(service, "redis_cache_requests_total{result=\"error\"} 1", "redis_connected 0");
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_Redis_there_are_no_figures_of_it()
    {
        ServiceUnderTest service = new();
        await service.InitializeAsync();
        try
        {
            using HttpResponseMessage created = await service.Client.PostAsJsonAsync("/predictions", new { home = "Fenwick Albion", away = "Greyfriars" });
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            Assert.DoesNotContain("\nredis_", await service.MetricsAsync());
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    private static Task<JsonElement> FindAsync(ServiceUnderTest service, HttpResponseMessage created) => service.Client.GetFromJsonAsync<JsonElement>(created.Headers.Location);

    /// <summary>Without what depends on whether the match has been played by now.</summary>
    private static string Essence(JsonElement prediction) => $"{prediction.GetProperty("id")} {prediction.GetProperty("model")} {prediction.GetProperty("probabilities")}";

    private static Task MetricsHaveAsync(ServiceUnderTest service, params string[] lines) => ServiceUnderTest.UntilAsync(async () =>
    {
        string[] metrics = (await service.MetricsAsync()).Split('\n');
        return lines.All(metrics.Contains);
    });
}
