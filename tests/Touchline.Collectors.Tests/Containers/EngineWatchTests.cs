using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Tests.Containers;

public sealed class EngineWatchTests
{
    private const string Id = ContainerFixture.Docker;
    private const string Group = $"id=\"/docker/{Id}\"";

    [Fact]
    public async Task Series_have_the_names_that_the_engine_told()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("running");
        await using var machine = new ContainerFixture("v1", new DockerEngine(docker.Socket, TimeProvider.System, EnvironmentChoice.None));

        machine.Value("container_memory_usage_bytes", Group, "name=\"web\"", "image=\"nginx:1.27\"", "container_label_com_docker_compose_project=\"shop\"");
        Assert.Equal("1699992000", machine.Value("container_start_time_seconds", Group));
        Assert.Equal("1699990000", machine.Value("container_creation_time_seconds", Group));
        Assert.Equal("1", machine.Value("container_health_state", Group));
        Assert.Equal("1", machine.Value("touchline_container_engine_up", "engine=\"docker\""));
        Assert.Equal("1", machine.Value("touchline_container_state", $"container_id=\"{Id}\"", "name=\"web\"", "state=\"running\""));
        Assert.Equal("0", machine.Value("touchline_container_restarts_total", "image=\"nginx:1.27\""));
    }

    [Fact]
    public async Task Engine_that_hangs_costs_no_figure_and_no_name_that_was_known()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("running");
        await using var machine = new ContainerFixture("v1");
        using var engine = new DockerEngine(docker.Socket, machine.Time, EnvironmentChoice.None);
        await using var watch = Watch(engine, machine);
        await watch.AskOnceAsync(CancellationToken.None);
        Assert.Equal("web", watch.Snapshot.ById[Id].Identity.Name);
        var hangs = new TaskCompletionSource();
        docker.Answers["/containers/json"] = context =>
        {
            hangs.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var asking = watch.AskOnceAsync(CancellationToken.None);
        await hangs.Task;
        machine.Time.Advance(machine.Options.EngineTimeout);
        await asking;

        Assert.False(watch.Snapshot.Answers);
        Assert.Equal("web", watch.Snapshot.ById[Id].Identity.Name);
    }

    [Fact]
    public async Task Engine_that_is_restarted_is_asked_again()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("running");
        await using var machine = new ContainerFixture("v1");
        using var engine = new DockerEngine(docker.Socket, machine.Time, EnvironmentChoice.None);
        await using var watch = Watch(engine, machine);
        await watch.AskOnceAsync(CancellationToken.None);
        await docker.StopAsync();
        await watch.AskOnceAsync(CancellationToken.None);
        Assert.False(watch.Snapshot.Answers);
        Assert.True(watch.Snapshot.ById.ContainsKey(Id));
        await docker.StartAgainAsync();

        await watch.AskOnceAsync(CancellationToken.None);

        Assert.True(watch.Snapshot.Answers);
    }

    [Fact]
    public async Task Machine_without_an_engine_has_figures_and_no_complaint()
    {
        await using var machine = new ContainerFixture("v1", new DockerEngine("/nonexistent/docker.sock", TimeProvider.System, EnvironmentChoice.None), new CriEngine("/nonexistent/cri.sock", "/", TimeProvider.System, EnvironmentChoice.None));

        Assert.Equal("50000000", machine.Value("container_memory_usage_bytes", Group));
        Assert.Empty(machine.Samples("touchline_container_engine_up"));
        Assert.Equal("0", machine.Value("container_scrape_error"));
    }

    [Fact]
    public async Task Container_that_the_engine_forgot_keeps_its_name_for_a_while()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("running");
        await using var machine = new ContainerFixture("v1");
        using var engine = new DockerEngine(docker.Socket, machine.Time, EnvironmentChoice.None);
        await using var watch = Watch(engine, machine);
        await watch.AskOnceAsync(CancellationToken.None);
        docker.Json("/containers/json", "[]");
        await watch.AskOnceAsync(CancellationToken.None);
        Assert.Empty(watch.Snapshot.Containers);
        Assert.True(watch.Snapshot.ById.ContainsKey(Id));
        machine.Time.Advance(TimeSpan.FromMinutes(10));

        await watch.AskOnceAsync(CancellationToken.None);

        Assert.False(watch.Snapshot.ById.ContainsKey(Id));
    }

    [Fact]
    public async Task Stopped_containers_are_in_the_snapshot_beside_those_that_run()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("exited");
        docker.Json("/containers/json", $"[{{\"Id\":\"{new string('e', 64)}\",\"Names\":[\"/batch\"],\"Image\":\"batch\",\"State\":\"exited\"}}]");
        docker.Json($"/containers/{new string('e', 64)}/json", "{\"RestartCount\":2,\"State\":{\"ExitCode\":1,\"FinishedAt\":\"2023-11-14T22:00:00Z\"}}");
        await using var machine = new ContainerFixture("v1", new DockerEngine(docker.Socket, TimeProvider.System, EnvironmentChoice.None));

        machine.Samples("container_last_seen");

        var batch = Assert.Single(machine.Collector.Containers, container => container.Name == "batch");
        Assert.Equal(("docker", ContainerState.Exited, true, 1, 2L, ""), (batch.Runtime, batch.State, batch.HasFailed, batch.LastExitCode, batch.Restarts, batch.CgroupPath));
        Assert.Contains(machine.Collector.Containers, container => container.Id == Id);
    }

    private static EngineWatch Watch(DockerEngine engine, ContainerFixture machine) =>
        new(engine, machine.Options, machine.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
}
