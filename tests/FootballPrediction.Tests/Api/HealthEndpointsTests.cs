using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FootballPrediction.Tests.Api;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task A_database_that_is_away_makes_the_service_live_but_not_ready()
    {
        ServiceUnderTest service = new()
        {
            // Nobody listens on port 1, and a password must not come back in an answer.
            Options = new ServiceOptions { Simulate = false, Postgres = "Host=127.0.0.1;Port=1;Username=u;Password=secret-word;Timeout=2" },
        };
        await service.InitializeAsync();
        try
        {
            using HttpResponseMessage live = await service.Client.GetAsync("/health/live");
            using HttpResponseMessage ready = await service.Client.GetAsync("/health/ready");
            string body = await ready.Content.ReadAsStringAsync();
            using JsonDocument document = JsonDocument.Parse(body);

            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            foreach (string dependency in (string[])["database", "feed", "models"])
            {
                Assert.Equal("unhealthy", document.RootElement.GetProperty("dependencies").GetProperty(dependency).GetProperty("status").GetString());
            }

            using HttpResponseMessage matches = await service.Client.GetAsync("/matches");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, matches.StatusCode);
            body += await matches.Content.ReadAsStringAsync();
            Assert.Contains("the database cannot be reached", body, StringComparison.Ordinal);
            Assert.DoesNotContain("secret-word", body, StringComparison.Ordinal);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_service_without_matches_says_that_it_is_not_ready()
    {
        ServiceUnderTest service = new() { Options = new ServiceOptions { Simulate = false } };
        await service.InitializeAsync();
        try
        {
            using HttpResponseMessage asked = await service.Client.PostAsJsonAsync("/predictions", new { home = "A", away = "B" });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
            Assert.Contains("no teams are known yet", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }
}
