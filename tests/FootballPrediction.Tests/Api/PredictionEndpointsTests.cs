using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace FootballPrediction.Tests.Api;

public sealed class PredictionEndpointsTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    private const string Home = "Fenwick Albion";
    private const string Away = "Greyfriars";

    [Theory]
    [InlineData("elo")]
    [InlineData("dixon_coles")]
    public async Task A_prediction_is_made_stored_and_found_again(string model)
    {
        using HttpResponseMessage created = await PostAsync(new { home = Home, away = Away, model });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        JsonElement prediction = await created.Content.ReadFromJsonAsync<JsonElement>();
        JsonElement probabilities = prediction.GetProperty("probabilities");

        Assert.Equal($"/predictions/{prediction.GetProperty("id").GetString()}", created.Headers.Location!.OriginalString);
        Assert.Equal(model, prediction.GetProperty("model").GetString());
        Assert.Equal(1, Number(probabilities, "home") + Number(probabilities, "draw") + Number(probabilities, "away"), 5);
        Assert.Equal(1, prediction.GetProperty("scoreDistribution").EnumerateArray().Sum(row => row.EnumerateArray().Sum(p => p.GetDouble())), 4);

        JsonElement found = await service.Client.GetFromJsonAsync<JsonElement>(created.Headers.Location);
        Assert.Equal(probabilities.GetRawText(), found.GetProperty("probabilities").GetRawText());
        Assert.Equal(prediction.GetProperty("scoreDistribution").GetRawText(), found.GetProperty("scoreDistribution").GetRawText());
    }

    [Fact]
    public async Task Names_are_found_whatever_their_case_and_the_model_may_be_left_out()
    {
        using HttpResponseMessage created = await PostAsync(new { home = "fenwick ALBION ", away = Away });
        JsonElement prediction = await created.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(Home, prediction.GetProperty("home").GetString());
        Assert.Equal("dixon_coles", prediction.GetProperty("model").GetString());
    }

    [Fact]
    public async Task A_prediction_of_a_fixture_learns_its_result_once_it_is_played()
    {
        // Days go by in a moment: summer has no fixtures, a match may begin between being listed and being asked for, and the feed may drop a result for
        // good. So more are asked for until one comes home.
        List<Uri> predictions = [];
        JsonElement? result = null;
        await ServiceUnderTest.UntilAsync(async () =>
        {
            if (predictions.Count < 20)
            {
                await PredictScheduledAsync(predictions);
            }

            foreach (Uri prediction in predictions)
            {
                JsonElement found = await service.Client.GetFromJsonAsync<JsonElement>(prediction);
                if (found.GetProperty("result") is { ValueKind: JsonValueKind.Object } known)
                {
                    result = known;
                    return true;
                }
            }

            return false;
        });

        int homeGoals = result!.Value.GetProperty("homeGoals").GetInt32();
        int awayGoals = result.Value.GetProperty("awayGoals").GetInt32();
        string outcome = homeGoals > awayGoals ? "home" : homeGoals < awayGoals ? "away" : "draw";
        Assert.Equal(outcome, result.Value.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("{\"home\":\"Fenwick Albion\"}", HttpStatusCode.BadRequest, "the name of the away team is missing")]
    [InlineData("{}", HttpStatusCode.BadRequest, "the name of the home team is missing")]
    [InlineData("{\"home\":", HttpStatusCode.BadRequest, "the body is not the JSON that is expected: line 1, column 9")]
    [InlineData("{\"home\":1,\"away\":2}", HttpStatusCode.BadRequest, "at $.home")]
    [InlineData("", HttpStatusCode.BadRequest, "the request needs a body of JSON")]
    [InlineData("null", HttpStatusCode.BadRequest, "the request needs a body of JSON")]
    [InlineData("{\"home\":\"Fenwik Albion\",\"away\":\"Greyfriars\"}", HttpStatusCode.UnprocessableEntity, "did you mean \\\"Fenwick Albion\\\"?")]
    [InlineData("{\"home\":\"Greyfriars\",\"away\":\"Zzz\"}", HttpStatusCode.UnprocessableEntity, "GET /teams lists them")]
    [InlineData("{\"home\":\"Greyfriars\",\"away\":\"greyfriars\"}", HttpStatusCode.UnprocessableEntity, "Greyfriars cannot play itself")]
    [InlineData("{\"home\":\"Greyfriars\",\"away\":\"Oakhurst\",\"model\":\"elos\"}", HttpStatusCode.UnprocessableEntity, "did you mean \\\"elo\\\"?")]
    [InlineData("{\"home\":\"Greyfriars\",\"away\":\"Oakhurst\",\"model\":\"oracle\"}", HttpStatusCode.UnprocessableEntity, "known are elo, dixon_coles")]
    public async Task A_bad_request_is_told_what_is_wrong(string body, HttpStatusCode status, string detail)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await service.Client.PostAsync("/predictions", content);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_not_declared_as_JSON_is_refused()
    {
        using StringContent content = new("{}", Encoding.UTF8, "text/plain");
        using HttpResponseMessage response = await service.Client.PostAsync("/predictions", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_huge_body_is_refused()
    {
        using StringContent content = new("{\"home\":\"" + new string('a', 200_000) + "\"}", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await service.Client.PostAsync("/predictions", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_prediction_is_not_found()
    {
        using HttpResponseMessage response = await service.Client.GetAsync("/predictions/none");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("there is no prediction", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Asks for the last of the next fixtures, which are some weeks ahead, and adds those that have not begun by then: none of them has a result.</summary>
    private async Task PredictScheduledAsync(List<Uri> predictions)
    {
        JsonElement page = await service.Client.GetFromJsonAsync<JsonElement>("/matches?status=scheduled&pageSize=50");
        foreach (JsonElement match in page.GetProperty("items").EnumerateArray().TakeLast(5))
        {
            string home = match.GetProperty("home").GetString()!;
            string away = match.GetProperty("away").GetString()!;
            using HttpResponseMessage created = await PostAsync(new { home, away });
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            JsonElement prediction = await created.Content.ReadFromJsonAsync<JsonElement>();
            if (prediction.GetProperty("matchId").ValueKind != JsonValueKind.Null)
            {
                Assert.Equal(JsonValueKind.Null, prediction.GetProperty("result").ValueKind);
                predictions.Add(created.Headers.Location!);
            }
        }
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private Task<HttpResponseMessage> PostAsync(object body) => service.Client.PostAsJsonAsync("/predictions", body);
}
