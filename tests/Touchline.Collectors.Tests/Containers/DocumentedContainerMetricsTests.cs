using System.Text.RegularExpressions;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>A metric that the page on containers names is told, by that name.</summary>
public sealed partial class DocumentedContainerMetricsTests
{
    [Fact]
    public async Task Every_metric_that_the_page_names_is_told()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "containers.md"));
        var documented = Name().Matches(page).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(documented.Count > 10, string.Join(", ", documented));
        await using var docker = await DockerEngineTests.WithContainerAsync("exited");
        docker.Json($"/containers/{ContainerFixture.Docker}/json", "{\"RestartCount\":2,\"State\":{\"ExitCode\":1,\"FinishedAt\":\"2023-11-14T22:00:00Z\"}}");
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layout in new[] { "v1", "v2" })
        {
            await using var machine = new ContainerFixture(layout, options => options with { Metrics = ContainerMetricKinds.All }, new DockerEngine(docker.Socket, TimeProvider.System, EnvironmentChoice.None));
            WriteWhatIsAskedFor(machine);
            machine.Samples("container_");
            await machine.Collector.LayersMeasured.WaitAsync(TestPatience.Most);
            told.UnionWith(ExpositionText.Samples(machine.Collector, "# TYPE ").Select(line => line.Split(' ')[2]));
        }

        Assert.Empty(documented.Except(told).Order());
    }

    private static void WriteWhatIsAskedFor(ContainerFixture machine)
    {
        foreach (var file in new[] { "tcp", "tcp6", "udp", "udp6" })
        {
            machine.Write("proc/100/net/" + file, "  sl  local_address\n");
        }
        machine.Write("proc/diskstats", "8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n");
        machine.Write("proc/100/net/snmp", "Tcp: InSegs\nTcp: 1\n");
        machine.Write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0\n");
        foreach (var file in new[] { "usage_in_bytes", "max_usage_in_bytes", "failcnt" })
        {
            machine.Write($"cgroup/hugetlb/docker/{ContainerFixture.Docker}/hugetlb.2MB.{file}", "0\n");
        }
        machine.Write($"cgroup/memory/docker/{ContainerFixture.Docker}/memory.numa_stat", "file=1 N0=1\n");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Touchline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Touchline.slnx is in no folder above the tests");
        }
        return folder;
    }

    [GeneratedRegex("`((?:touchline_container|container|machine|cadvisor)_[a-z_0-9]*[a-z])[`{]")]
    private static partial Regex Name();
}
