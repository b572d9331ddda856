namespace Touchline.Tests.Api;

public sealed class SeriesEndpointsTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Series_of_several_selectors_come_once_each_and_sorted() => Assert.Equal(
        """[{"__name__":"requests_total","instance":"a","job":"shop"},{"__name__":"requests_total","instance":"b","job":"shop"},{"__name__":"up","instance":"a","job":"shop"}]""",
        (await server.DataAsync("/api/v1/series?match[]={instance=\"a\"}&match[]=requests_total")).GetRawText());

    [Fact]
    public async Task Series_end_at_the_limit_and_say_so()
    {
        var (_, body) = await server.GetAsync("/api/v1/series?match[]=requests_total&limit=1");
        Assert.Equal(
            """{"status":"success","data":[{"__name__":"requests_total","instance":"a","job":"shop"}],"warnings":["results truncated due to limit"]}""", body);
    }

    [Fact]
    public async Task Series_are_those_of_the_asked_time()
    {
        Assert.Equal("[]", (await server.DataAsync("/api/v1/series?match[]=up&start=5&end=10")).GetRawText());
        Assert.Equal("[]", (await server.DataAsync("/api/v1/series?match[]=up&start=10&end=5")).GetRawText());
        Assert.NotEqual("[]", (await server.DataAsync($"/api/v1/series?match[]=up&start={server.At(0)}&end={server.At(1)}")).GetRawText());
    }

    [Fact]
    public async Task Label_names_and_values_are_sorted()
    {
        Assert.Equal("""["__name__","instance","job"]""", (await server.DataAsync("/api/v1/labels?match[]=up")).GetRawText());
        Assert.Equal("""["__name__","http.status","instance","job"]""", (await server.DataAsync("/api/v1/labels")).GetRawText());
        Assert.Equal("""["depth","odd","requests_total","up"]""", (await server.DataAsync("/api/v1/label/__name__/values")).GetRawText());
        Assert.Equal("""["requests_total","up"]""", (await server.DataAsync("/api/v1/label/__name__/values?match[]={instance=~\".%2B\"}")).GetRawText());
        Assert.Equal("[]", (await server.DataAsync("/api/v1/label/nothing/values")).GetRawText());
    }

    [Fact]
    public async Task A_label_name_that_a_path_cannot_carry_is_escaped() =>
        Assert.Equal("2<&>\"é", (await server.DataAsync("/api/v1/label/U__http_2e_status/values"))[0].GetString());

    [Fact]
    public async Task Names_end_at_the_limit_and_say_so()
    {
        var (_, body) = await server.GetAsync("/api/v1/labels?match[]=up&limit=1");
        Assert.Equal("""{"status":"success","data":["__name__"],"warnings":["results truncated due to limit"]}""", body);
    }

    [Fact]
    public async Task Metadata_is_by_metric_name()
    {
        Assert.Equal(
            """{"requests_total":[{"type":"counter","unit":"","help":"Requests."}]}""", (await server.DataAsync("/api/v1/metadata?metric=requests_total")).GetRawText());
        Assert.Equal("{}", (await server.DataAsync("/api/v1/metadata?metric=nothing")).GetRawText());
        Assert.Equal("{}", (await server.DataAsync("/api/v1/metadata?limit=0")).GetRawText());
    }

    [Theory]
    [InlineData("series", "no match[] parameter provided")]
    [InlineData("series?match[]={}", "invalid parameter \"match[]\": match[] must contain at least one non-empty matcher")]
    [InlineData("labels?match[]={}", "match[] must contain at least one non-empty matcher")]
    [InlineData("series?match[]=up%7B", "invalid parameter \"match[]\": 1:4: parse error: unexpected end of input inside braces")]
    [InlineData("series?match[]=up&start=abc", "invalid parameter \"start\": invalid time value for 'start': cannot parse \"abc\" to a valid timestamp")]
    [InlineData("metadata?limit=x", "limit must be a number")]
    public Task A_bad_parameter_is_answered_with_400(string path, string message) => server.AssertErrorAsync(400, "bad_data", message, "/api/v1/" + path);
}
