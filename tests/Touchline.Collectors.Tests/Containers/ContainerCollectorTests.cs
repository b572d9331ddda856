using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.Containers;

public sealed class ContainerCollectorTests
{
    private const string V1Docker = $"id=\"/docker/{ContainerFixture.Docker}\"";
    private const string V2Docker = $"id=\"/system.slice/docker-{ContainerFixture.Docker}.scope\"";
    private const string Libpod = $"id=\"/machine.slice/libpod-{ContainerFixture.Libpod}.scope\"";

    [Theory]
    [InlineData("v1")]
    [InlineData("hybrid")]
    [InlineData("v2")]
    public async Task Whole_exposition_of_the_fixture_files_is_as_agreed(string layout)
    {
        await using var machine = new ContainerFixture(layout);

        var text = ExpositionText.Of(machine.Collector);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Containers", "Fixtures", layout + ".golden.txt")), text);
    }

    [Fact]
    public async Task Root_of_version_2_has_the_memory_of_the_machine()
    {
        await using var machine = new ContainerFixture("v2");

        Assert.Equal("12288000000", machine.Value("container_memory_usage_bytes", "id=\"/\""));
        Assert.Equal("102400000", machine.Value("container_memory_swap", "id=\"/\""));
        Assert.Equal("3", machine.Value("container_pressure_cpu_waiting_seconds_total", "id=\"/\""));
    }

    [Fact]
    public async Task Hybrid_machines_have_pressure_beside_the_figures_of_version_1()
    {
        await using var machine = new ContainerFixture("hybrid");

        Assert.Equal("1.5", machine.Value("container_pressure_cpu_waiting_seconds_total", V1Docker));
        Assert.Equal("50000000", machine.Value("container_memory_usage_bytes", V1Docker));
    }

    [Fact]
    public async Task Processes_in_groups_that_a_container_made_are_the_containers()
    {
        await using var machine = new ContainerFixture("v2");

        Assert.Equal("2", machine.Value("container_processes", Libpod));
        Assert.Equal("11", machine.Value("container_network_receive_bytes_total", Libpod, "eth0"));
    }

    [Fact]
    public async Task Traffic_of_a_network_that_containers_share_is_counted_once()
    {
        await using var machine = new ContainerFixture("v1");
        var pod = "/kubepods/burstable/pod11111111-2222-3333-4444-555555555555/";
        foreach (var hierarchy in new[] { "cpu,cpuacct", "memory" })
        {
            Directory.SetLastWriteTimeUtc(machine.PathOf($"cgroup/{hierarchy}{pod}{ContainerFixture.Sandbox}"), DateTime.UnixEpoch.AddSeconds(1_699_990_000));
        }

        var received = machine.Samples("container_network_receive_bytes_total");

        Assert.Contains(ContainerFixture.Sandbox, Assert.Single(received, line => line.Contains("/kubepods", StringComparison.Ordinal)));
        // A service is on the host's network, whose figures are the root's.
        Assert.DoesNotContain(received, line => line.Contains("nginx", StringComparison.Ordinal));
        Assert.Contains(received, line => line.Contains("id=\"/\"", StringComparison.Ordinal));
        Assert.DoesNotContain(received, line => line.Contains("\"lo\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Containers_without_an_engine_are_called_by_their_id_or_the_name_in_their_path()
    {
        await using var machine = new ContainerFixture("v1");

        machine.Value("container_last_seen", V1Docker, $"name=\"{ContainerFixture.Docker}\"");
        machine.Value("container_last_seen", "id=\"/lxc/web\"", "name=\"web\"");
        Assert.DoesNotContain("name=", Assert.Single(machine.Samples("container_last_seen"), line => line.Contains("nginx", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("cgroup/memory/docker/ID/memory.usage_in_bytes", "rubbish")]
    [InlineData("cgroup/memory/docker/ID/memory.stat", "total_cache rubbish\n")]
    [InlineData("cgroup/cpu,cpuacct/docker/ID/cpuacct.usage_percpu", "1 x\n")]
    [InlineData("cgroup/blkio/docker/ID/blkio.throttle.io_serviced_recursive", "8:0 Read rubbish\n")]
    [InlineData("cgroup/pids/docker/ID/pids.current", "")]
    public async Task File_with_nonsense_costs_its_figures_only(string path, string content)
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write(path.Replace("ID", ContainerFixture.Docker, StringComparison.Ordinal), content);

        machine.Value("container_last_seen", V1Docker);
        machine.Value("container_spec_cpu_quota", V1Docker);
        machine.Value("container_memory_usage_bytes", "id=\"/lxc/web\"");
        Assert.Equal("0", machine.Value("container_scrape_error"));
    }

    [Fact]
    public async Task Container_that_is_gone_ends_its_series_and_no_others()
    {
        await using var machine = new ContainerFixture("v1");
        var store = new RecordingStore();
        await using var loop = new CollectionLoop(
            new CollectionOptions("cadvisor", "here", TimeSpan.FromSeconds(5)), machine.Collector, store, machine.Time, NullLogger<CollectionLoop>.Instance);
        loop.CollectOnce(CancellationToken.None);
        foreach (var hierarchy in new[] { "cpu,cpuacct", "memory", "pids", "blkio" })
        {
            Directory.Delete(machine.PathOf($"cgroup/{hierarchy}/docker/{ContainerFixture.Docker}"), recursive: true);
        }
        machine.Time.Advance(TimeSpan.FromSeconds(5));

        loop.CollectOnce(CancellationToken.None);

        var memory = store.Contents("container_memory_usage_bytes");
        Assert.Contains(memory, line => line.Contains(ContainerFixture.Docker, StringComparison.Ordinal) && line.EndsWith(":stale", StringComparison.Ordinal));
        Assert.Single(memory, line => line.EndsWith(":stale", StringComparison.Ordinal));
        Assert.Contains(store.Contents("up"), line => line.EndsWith(":1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Memory_kills_are_counted_from_the_kernels_log_also_of_a_container_that_is_gone_by_then()
    {
        await using var machine = new ContainerFixture("v1");
        machine.Write("kmsg", $"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/docker/{ContainerFixture.Docker},task_memcg=/docker/{ContainerFixture.Docker},task=old,pid=9,uid=0\n");

        // The group's own counter says 3, and what the log told before is among them.
        Assert.Equal("3", machine.Value("container_oom_events_total", V1Docker));
        await File.AppendAllTextAsync(
            machine.PathOf("kmsg"),
            $"6,2,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/docker/{ContainerFixture.Docker},task_memcg=/docker/{ContainerFixture.Docker}/inner,task=x,pid=9,uid=0\n"
            + "6,3,3,-;something else\n");
        // It was started again, and its counter begins anew.
        machine.Write($"cgroup/memory/docker/{ContainerFixture.Docker}/memory.oom_control", "oom_kill 0\n");

        Assert.Equal("4", machine.Value("container_oom_events_total", V1Docker));
    }

    [Fact]
    public async Task Memory_kills_go_on_from_the_groups_counters_where_the_log_cannot_be_read()
    {
        await using var machine = new ContainerFixture("v2");
        var events = $"cgroup/system.slice/docker-{ContainerFixture.Docker}.scope/memory.events";

        Assert.Equal("2", machine.Value("container_oom_events_total", V2Docker));
        machine.Write(events, "oom_kill 0\n");
        Assert.Equal("2", machine.Value("container_oom_events_total", V2Docker));
        machine.Write(events, "oom_kill 1\n");
        Assert.Equal("3", machine.Value("container_oom_events_total", V2Docker));
    }

    [Fact]
    public async Task Group_that_hangs_in_the_kernel_keeps_nobody_waiting()
    {
        await using var machine = new ContainerFixture("v2");
        var file = machine.PathOf($"cgroup/system.slice/docker-{ContainerFixture.Docker}.scope/memory.stat");
        File.Delete(file);
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [file]))
        {
            await pipe.WaitForExitAsync();
        }
        await using var collector = new ContainerCollector(
            machine.Options, [], (string _, out string error) => { error = ""; return null; }, machine.Time, NullLogger<ContainerCollector>.Instance)
        {
            Patience = TimeSpan.FromMilliseconds(50),
        };

        // Whoever opens a pipe to read waits for one who writes.
        Assert.Equal(["container_scrape_error 1"], ExpositionText.Samples(collector, "container_"));
        Assert.Equal(["container_scrape_error 1"], ExpositionText.Samples(collector, "container_"));

        // It opens the pipe and closes it again, which is the end of the file for who waits.
        await using (new FileStream(file, FileMode.Open, FileAccess.Write))
        {
        }
        File.Delete(file);
        while (ExpositionText.Samples(collector, "container_scrape_error") is not ["container_scrape_error 0"])
        {
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Machine_without_groups_is_told_from_one_with_them()
    {
        await using var machine = new ContainerFixture("v2");
        await using var without = new ContainerCollector(
            machine.Options with { CgroupRoot = machine.PathOf("nothing") }, [], (string _, out string error) => { error = ""; return null; },
            machine.Time, NullLogger<ContainerCollector>.Instance);

        Assert.True(machine.Collector.IsVisible);
        Assert.False(without.IsVisible);
        Assert.Equal(["container_scrape_error 0"], ExpositionText.Samples(without, "container_"));
    }

    [Fact]
    public async Task Snapshot_has_use_and_limits()
    {
        await using var machine = new ContainerFixture("v1");
        ExpositionText.Of(machine.Collector);
        machine.Time.Advance(TimeSpan.FromSeconds(10));
        machine.Write($"cgroup/cpu,cpuacct/docker/{ContainerFixture.Docker}/cpuacct.usage_percpu", "3500000000 2000000000\n");

        ExpositionText.Of(machine.Collector);

        var container = Assert.Single(machine.Collector.Containers, container => container.Id == ContainerFixture.Docker);
        Assert.Equal(0.4, container.CpuCores!.Value, 9);
        Assert.Equal((0.5, 40_000_000, 67_108_864), (container.CpuLimitCores, container.MemoryBytes, container.MemoryLimitBytes));
        Assert.Equal(("docker", ContainerState.Running, ContainerFixture.Docker[..12]), (container.Runtime, container.State, container.Name));
    }
}
