using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FootballPrediction.Tests.Api;

public sealed class LeagueEndpointsTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    [Fact]
    public async Task Matches_are_paged()
    {
        JsonElement first = await GetAsync("/matches?season=1&pageSize=100");
        JsonElement last = await GetAsync("/matches?season=1&pageSize=100&page=4");

        Assert.Equal(380, first.GetProperty("total").GetInt32());
        Assert.Equal(100, first.GetProperty("items").GetArrayLength());
        Assert.Equal(80, last.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Matches_of_a_team_are_its_own()
    {
        JsonElement page = await GetAsync("/matches?season=2&team=kingsmarsh&status=played");

        Assert.Equal(38, page.GetProperty("total").GetInt32());
        Assert.All(page.GetProperty("items").EnumerateArray(), match => Assert.Contains(
            "Kingsmarsh", new[] { match.GetProperty("home").GetString(), match.GetProperty("away").GetString() }));
    }

    [Fact]
    public async Task Scheduled_matches_are_ahead_and_have_no_score()
    {
        JsonElement root = await GetAsync("/");
        JsonElement page = await GetAsync("/matches?status=scheduled");

        Assert.All(page.GetProperty("items").EnumerateArray(), match =>
        {
            Assert.True(match.GetProperty("kickOff").GetDateTimeOffset() >= root.GetProperty("leagueTime").GetDateTimeOffset());
            Assert.Equal(JsonValueKind.Null, match.GetProperty("homeGoals").ValueKind);
        });
    }

    [Theory]
    [InlineData("/matches?status=over", "status is played, scheduled or awaiting_result")]
    [InlineData("/matches?page=0", "page is a number from 1")]
    [InlineData("/matches?pageSize=1000", "pageSize is a number from 1 to 200")]
    [InlineData("/matches?from=yesterday", "from is a time like 2024-08-10")]
    [InlineData("/matches?sesaon=1", "did you mean \\\"season\\\"?")]
    [InlineData("/models/elo/evaluation?last=x", "last is a number from 1 to 5000")]
    public async Task A_bad_parameter_is_named(string path, string detail)
    {
        using HttpResponseMessage response = await service.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/matches?team=Kingmarsh", HttpStatusCode.UnprocessableEntity, "did you mean \\\"Kingsmarsh\\\"?")]
    [InlineData("/models/dixon_cole/evaluation", HttpStatusCode.NotFound, "did you mean \\\"dixon_coles\\\"?")]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "Not Found")]
    public async Task An_unknown_name_is_answered_with_the_nearest(string path, HttpStatusCode status, string detail)
    {
        using HttpResponseMessage response = await service.Client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_show_what_the_models_think_of_them()
    {
        JsonElement teams = await GetAsync("/teams");

        Assert.Equal(20, teams.GetArrayLength());
        Assert.All(teams.EnumerateArray(), team =>
        {
            JsonElement models = team.GetProperty("models");
            Assert.InRange(models.GetProperty("elo").GetProperty("rating").GetDouble(), 1000, 2000);
            Assert.InRange(models.GetProperty("dixon_coles").GetProperty("attack").GetDouble(), -1.5, 1.5);
        });
    }

    [Fact]
    public async Task Models_name_their_source_and_their_fit()
    {
        JsonElement models = await GetAsync("/models");

        Assert.Equal(["elo", "dixon_coles"], models.EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        JsonElement dixonColes = models[1];
        Assert.Contains("Dixon and S. G. Coles", dixonColes.GetProperty("citation").GetString(), StringComparison.Ordinal);
        Assert.InRange(dixonColes.GetProperty("fits")[0].GetProperty("matches").GetInt32(), 760, 5000);
    }

    [Theory]
    [InlineData("elo")]
    [InlineData("dixon_coles")]
    public async Task Evaluation_grows_with_the_season_and_beats_guessing(string model)
    {
        JsonElement evaluation = default;
        await ServiceUnderTest.UntilAsync(async () =>
        {
            evaluation = await GetAsync($"/models/{model}/evaluation?last=5000");
            return evaluation.GetProperty("matches").GetInt32() >= 150;
        });

        // A guess of a third each scores ln 3 and 0.222 or more.
        Assert.InRange(evaluation.GetProperty("logLoss").GetDouble(), 0.5, Math.Log(3));
        Assert.InRange(evaluation.GetProperty("rankedProbabilityScore").GetDouble(), 0.1, 0.235);
        Assert.InRange(evaluation.GetProperty("accuracy").GetDouble(), 0.38, 0.85);
        Assert.Equal(10, (await GetAsync($"/models/{model}/evaluation?last=10")).GetProperty("matches").GetInt32());
    }

    [Fact]
    public async Task Readiness_details_each_dependency()
    {
        JsonElement ready = await GetAsync("/health/ready");

        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Equal(
            ["database", "feed", "models"], ready.GetProperty("dependencies").EnumerateObject().Select(dependency => dependency.Name));
        Assert.Equal("healthy", (await GetAsync("/health/live")).GetProperty("status").GetString());
    }

    private Task<JsonElement> GetAsync(string path) => service.Client.GetFromJsonAsync<JsonElement>(path);
}
