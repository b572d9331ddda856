using Touchline.Model;
using Touchline.Options;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

public sealed class AdminEndpointsTests
{
    private const string Admin = "/api/v1/admin/tsdb/";

    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 60_000 * 60_000;

    [Theory]
    [InlineData("delete_series?match[]=up")]
    [InlineData("delete_series")]
    [InlineData("clean_tombstones")]
    [InlineData("snapshot")]
    public async Task Without_the_flag_nothing_is_allowed(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var answer = await server.Client.PostAsync(new Uri(Admin + path, UriKind.Relative), null);
        Assert.Equal("""{"status":"error","errorType":"unavailable","error":"admin APIs disabled"}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(500, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("delete_series", "no match[] parameter provided")]
    [InlineData("delete_series?match[]=up&start=x", "invalid parameter \\\"start\\\": invalid time value for 'start': cannot parse \\\"x\\\" to a valid timestamp")]
    [InlineData("delete_series?match[]=up&end=y", "invalid parameter \\\"end\\\": invalid time value for 'end': cannot parse \\\"y\\\" to a valid timestamp")]
    [InlineData("snapshot?skip_head=x", "invalid parameter \\\"skip_head\\\": unable to parse boolean: strconv.ParseBool: parsing \\\"x\\\": invalid syntax")]
    public async Task Bad_parameters_are_told_as_prometheus_tells_them(string path, string error)
    {
        await using var server = await StartAsync();
        using var answer = await server.Client.PostAsync(new Uri(Admin + path, UriKind.Relative), null);
        Assert.Equal($$"""{"status":"error","errorType":"bad_data","error":"{{error}}"}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Deleted_samples_are_gone_from_the_next_answer_and_others_stay()
    {
        await using var server = await StartAsync();
        Assert.Equal((204, ""), await PostAsync(server, $"delete_series?match[]=up&end={(Now - 30_000) / 1000}"));
        Assert.Equal(["2"], await CountsAsync(server, "up"));
        Assert.Equal(["5"], await CountsAsync(server, "other"));
        Assert.Equal((204, ""), await PostAsync(server, "clean_tombstones"));
        Assert.Equal((204, ""), await PostAsync(server, "delete_series?match[]={}"));
        Assert.Empty(await CountsAsync(server, "up"));
        Assert.Empty(await CountsAsync(server, "other"));
    }

    [Fact]
    public async Task Snapshot_answers_its_name()
    {
        await using var server = await StartAsync();
        foreach (var path in new[] { "snapshot", "snapshot?skip_head=true" })
        {
            var (status, body) = await PostAsync(server, path);
            Assert.Equal(200, status);
            Assert.Matches("""^\{"status":"success","data":\{"name":"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}"\}\}$""", body);
        }
    }

    [Fact]
    public async Task Other_methods_are_refused_and_the_right_ones_named()
    {
        await using var server = await StartAsync();
        using var answer = await server.Client.GetAsync(new Uri(Admin + "snapshot", UriKind.Relative));
        Assert.Equal(405, (int)answer.StatusCode);
        Assert.Equal(["OPTIONS", "POST", "PUT"], answer.Content.Headers.Allow);
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartAsync(new ServerOptions { EnableAdminApi = true });
        foreach (var name in new[] { "up", "other" })
        {
            server.Append(Labels.Of(LabelNames.MetricName, name), [.. Enumerable.Range(0, 5).Select(i => (Now - 60_000 + (i * 15_000L), (double)i))]);
        }
        return server;
    }

    private static async Task<(int Status, string Body)> PostAsync(RunningServer server, string path)
    {
        using var answer = await server.Client.PostAsync(new Uri(Admin + path, UriKind.Relative), null);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<IEnumerable<string?>> CountsAsync(RunningServer server, string name)
    {
        using var json = System.Text.Json.JsonDocument.Parse(
            await server.Client.GetStringAsync(new Uri($"/api/v1/query?query=count_over_time({name}[10m])&time={(Now + 1000) / 1000}", UriKind.Relative)));
        return [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(one => one.GetProperty("value")[1].GetString())];
    }
}
