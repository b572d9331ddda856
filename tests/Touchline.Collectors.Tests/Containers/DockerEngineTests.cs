using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Tests.Containers;

public sealed class DockerEngineTests
{
    private const string Id = ContainerFixture.Docker;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    [Fact]
    public async Task Names_images_and_labels_are_read()
    {
        await using var docker = await WithContainerAsync("running");
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);

        var container = Assert.Single(await engine.ListAsync(CancellationToken.None));

        Assert.Equal(("27.1", "docker"), (engine.Version, engine.Name));
        Assert.Equal((Id, "web", "nginx:1.27", ContainerState.Running), (container.Id, container.Identity.Name, container.Identity.Image, container.State));
        Assert.Equal(["com.docker.compose.project=shop", "maintainer=us"], container.Identity.Labels.Select(label => $"{label.Key}={label.Value}"));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_699_990_000), container.CreatedAt);
        Assert.Equal(DateTimeOffset.Parse("2023-11-14T20:00:00Z", null), container.StartedAt);
        Assert.Equal((1, 0L, (int?)null, false), (container.Health, container.Restarts, container.LastExitCode, container.HasFailed));
    }

    [Fact]
    public async Task Container_that_ended_badly_has_its_exit_code_and_last_lines()
    {
        await using var docker = await WithContainerAsync("exited");
        docker.Json($"/containers/{Id}/json", Details("exited", restarts: 4, exitCode: 137, oomKilled: true, finished: "2023-11-14T22:00:00Z"));
        docker.Bytes($"/containers/{Id}/logs", [.. Frame(1, "starting\n"), .. Frame(2, "out of "), .. Frame(2, "\u001b[31mmemory\u001b[0m\n")]);
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);

        var container = Assert.Single(await engine.ListAsync(CancellationToken.None));

        Assert.Equal((4L, 137, true, true), (container.Restarts, container.LastExitCode, container.IsOomKilled, container.HasFailed));
        Assert.Equal(["starting", "out of memory"], container.LastLines);
        Assert.Contains(docker.Asked, path => path.StartsWith($"/containers/{Id}/logs?", StringComparison.Ordinal) && path.Contains("tail=20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_are_read_once_for_each_end()
    {
        await using var docker = await WithContainerAsync("exited");
        docker.Json($"/containers/{Id}/json", Details("exited", 0, 1, false, "2023-11-14T22:00:00Z"));
        docker.Bytes($"/containers/{Id}/logs", Frame(1, "first end\n"));
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);
        await engine.ListAsync(CancellationToken.None);
        await engine.ListAsync(CancellationToken.None);
        Assert.Single(docker.Asked, IsLog);
        docker.Json($"/containers/{Id}/json", Details("exited", 0, 1, false, "2023-11-14T22:10:00Z"));
        docker.Bytes($"/containers/{Id}/logs", Frame(1, "second end\n"));

        var container = Assert.Single(await engine.ListAsync(CancellationToken.None));

        Assert.Equal(["second end"], container.LastLines);
        Assert.Equal(2, docker.Asked.Count(IsLog));

        static bool IsLog(string path) => path.Contains("/logs", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_code_of_a_container_that_runs_again_comes_from_the_event_of_its_end()
    {
        await using var docker = await WithContainerAsync("running");
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);
        await engine.ListAsync(CancellationToken.None);
        docker.Json($"/containers/{Id}/json", Details("running", restarts: 1, exitCode: 0, oomKilled: false, finished: "2023-11-14T22:00:00Z"));
        docker.Json("/events", $"{{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{{\"ID\":\"{Id}\",\"Attributes\":{{\"exitCode\":\"3\"}}}}}}\nrubbish\n");
        docker.Bytes($"/containers/{Id}/logs", Encoding.UTF8.GetBytes("a terminal's text\r\n"));
        _time.Advance(TimeSpan.FromSeconds(10));

        var container = Assert.Single(await engine.ListAsync(CancellationToken.None));

        Assert.Equal((1L, 3, true), (container.Restarts, container.LastExitCode, container.HasFailed));
        Assert.Equal(["a terminal's text"], container.LastLines);
        Assert.Contains(docker.Asked, path => path.StartsWith("/events?", StringComparison.Ordinal) && path.Contains("since=1700000000.000000000&until=1700000010.000000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_containers_are_asked_about_by_turns()
    {
        await using var docker = await FakeEngine.StartAsync();
        docker.Json("/version", "{}");
        var ids = Enumerable.Range(0, 100).Select(i => i.ToString("x64", null)).ToList();
        docker.Json("/containers/json", "[" + string.Join(',', ids.Select(id => $"{{\"Id\":\"{id}\",\"State\":\"running\"}}")) + "]");
        foreach (var id in ids)
        {
            docker.Json($"/containers/{id}/json", "{}");
        }
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);
        await engine.ListAsync(CancellationToken.None);
        Assert.Equal(100, Questions().Count);

        for (var round = 1; round <= 4; round++)
        {
            await engine.ListAsync(CancellationToken.None);
        }

        Assert.Equal(100 + (4 * 32), Questions().Count);
        Assert.All(ids, id => Assert.True(Questions().Count(path => path.Contains(id, StringComparison.Ordinal)) >= 2));

        List<string> Questions() => [.. docker.Asked.Where(path => path.EndsWith("/json", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("rubbish", "the answer to /containers/json is no JSON")]
    [InlineData("{}", "the list of containers is no list")]
    public async Task Answers_that_are_none_are_told(string list, string problem)
    {
        await using var docker = await FakeEngine.StartAsync();
        docker.Json("/version", "{}");
        docker.Json("/containers/json", list);
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);

        Assert.Equal(problem, (await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Entries_with_fields_of_other_types_lose_those_fields()
    {
        await using var docker = await FakeEngine.StartAsync();
        docker.Json("/version", "[]");
        docker.Json("/containers/json", $"[1, {{\"Id\":7}}, {{\"Id\":\"../x\"}}, {{\"Id\":\"{Id}\",\"Names\":\"web\",\"Image\":[],\"Labels\":[1],\"State\":3,\"Created\":\"then\"}}]");
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);

        var container = Assert.Single(await engine.ListAsync(CancellationToken.None));

        Assert.Equal((Id, "", "", ContainerState.Unknown, 0), (container.Id, container.Identity.Name, container.Identity.Image, container.State, container.Identity.Labels.Count));
    }

    [Fact]
    public async Task Answer_without_end_is_given_up()
    {
        await using var docker = await FakeEngine.StartAsync();
        docker.Json("/version", "{}");
        var piece = new byte[1024 * 1024];
        docker.Answers["/containers/json"] = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        };
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);

        Assert.Equal("an answer is longer than 32768 KiB", (await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Status_of_an_error_is_told()
    {
        await using var docker = await FakeEngine.StartAsync();
        docker.Answers["/version"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        using var engine = new DockerEngine(docker.Socket, _time, EnvironmentChoice.None);

        Assert.Equal("it answers /version with status 500", (await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None))).Message);
    }

    internal static async Task<FakeEngine> WithContainerAsync(string state)
    {
        var docker = await FakeEngine.StartAsync();
        docker.Json("/version", "{\"Version\":\"27.1\"}");
        docker.Json(
            "/containers/json",
            $"[{{\"Id\":\"{Id}\",\"Names\":[\"/other/link\",\"/web\"],\"Image\":\"sha256:1\",\"Created\":1699990000,\"State\":\"{state}\",\"Labels\":{{\"maintainer\":\"us\",\"com.docker.compose.project\":\"shop\"}}}}]");
        docker.Json($"/containers/{Id}/json", Details(state, 0, 0, false, "0001-01-01T00:00:00Z"));
        return docker;
    }

    private static string Details(string state, int restarts, int exitCode, bool oomKilled, string finished) =>
        $"{{\"RestartCount\":{restarts},\"Config\":{{\"Image\":\"nginx:1.27\"}},\"State\":{{\"Status\":\"{state}\",\"ExitCode\":{exitCode},\"OOMKilled\":{(oomKilled ? "true" : "false")},"
        + $"\"StartedAt\":\"2023-11-14T20:00:00Z\",\"FinishedAt\":\"{finished}\",\"Health\":{{\"Status\":\"healthy\"}}}}}}";

    private static byte[] Frame(byte stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [stream, 0, 0, 0, 0, 0, 0, (byte)bytes.Length, .. bytes];
    }
}
