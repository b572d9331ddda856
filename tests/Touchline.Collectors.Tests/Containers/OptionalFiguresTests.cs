using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;
using Touchline.Collectors.Tests.Host;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>Figures that are there where somebody asked for them, and labels likewise.</summary>
public sealed class OptionalFiguresTests
{
    private const string V1Docker = $"id=\"/docker/{ContainerFixture.Docker}\"";
    private const string V2Docker = $"id=\"/system.slice/docker-{ContainerFixture.Docker}.scope\"";
    private const string V2Group = $"cgroup/system.slice/docker-{ContainerFixture.Docker}.scope/";

    [Fact]
    public async Task Connections_are_counted_by_state()
    {
        await using var machine = All("v1");
        machine.Write(
            "proc/100/net/tcp",
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
            + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0\n"
            + "   1: 0100007F:1F90 0100007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 78 1 0 20 4 30 10 -1\n"
            + "   2: 0100007F:8000 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 79 1 0 20 4 30 10 -1\n");
        machine.Write("proc/100/net/tcp6", "  sl  local_address ...\n");
        machine.Write(
            "proc/100/net/udp",
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
            + "  100: 00000000:0044 00000000:0000 07 00000010:00000A00 00:00000000 00000000     0        0 80 2 0000000000000000 5\n"
            + "10000: 00000000:0045 00000000:0000 07 00000000:00000001 00:00000000 00000000     0        0 81 2 0000000000000000 2\n");

        Assert.Equal("2", machine.Value("container_network_tcp_usage_total", V1Docker, "tcp_state=\"established\""));
        Assert.Equal("1", machine.Value("container_network_tcp_usage_total", V1Docker, "tcp_state=\"listen\""));
        Assert.Equal(11, machine.Samples("container_network_tcp_usage_total").Count(line => line.Contains(V1Docker, StringComparison.Ordinal)));
        Assert.Equal("0", machine.Value("container_network_tcp6_usage_total", V1Docker, "tcp_state=\"closing\""));
        Assert.Equal("2", machine.Value("container_network_udp_usage_total", V1Docker, "udp_state=\"listen\""));
        Assert.Equal("7", machine.Value("container_network_udp_usage_total", V1Docker, "udp_state=\"dropped\""));
        Assert.Equal("2561", machine.Value("container_network_udp_usage_total", V1Docker, "udp_state=\"rxqueued\""));
        Assert.Equal("16", machine.Value("container_network_udp_usage_total", V1Docker, "udp_state=\"txqueued\""));
        Assert.DoesNotContain(machine.Samples("container_network_udp6_usage_total"), line => line.Contains(V1Docker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_that_are_nonsense_cost_their_own_figures()
    {
        await using var machine = All("v1");
        machine.Write("proc/100/net/tcp", "   0: a b zz\n");
        machine.Write("proc/100/net/udp", "   0: a b 07 0:x\n");
        machine.Write("proc/100/net/snmp", "Tcp: InSegs\nTcp: many\n");
        machine.Write("proc/100/net/netstat", "TcpExt: TW\n");

        Assert.Equal("5000", machine.Value("container_network_receive_bytes_total", V1Docker, "eth0"));
        Assert.Equal("2", machine.Value("container_processes", V1Docker));
        Assert.Equal("0", machine.Value("container_scrape_error"));
    }

    [Fact]
    public async Task Counters_of_TCP_have_the_names_of_cAdvisor()
    {
        await using var machine = All("v1");
        machine.Write("proc/100/net/snmp", "Ip: Forwarding\nIp: 1\nTcp: RtoAlgorithm MaxConn InSegs RetransSegs\nTcp: 1 -1 500 3\nUdp: InDatagrams\nUdp: 9\n");
        machine.Write("proc/100/net/netstat", "TcpExt: SyncookiesSent TCPNobodyKnows TCPSynRetrans\nTcpExt: 4 5 6\nIpExt: InOctets\nIpExt: 7\n");

        var told = machine.Samples("container_network_advance_tcp_stats_total").Where(line => line.Contains(V1Docker, StringComparison.Ordinal))
            .Select(line => line.Split("tcp_state=\"")[1].Replace("\"}", "", StringComparison.Ordinal));
        Assert.Equal(["rtoalgorithm 1", "maxconn -1", "insegs 500", "retranssegs 3", "syncookiessent 4", "tcpsynretrans 6"], told);
    }

    [Fact]
    public async Task Huge_pages_are_told_by_size()
    {
        await using var v1 = All("v1");
        v1.Write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0");
        v1.Write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0");
        var group = $"cgroup/hugetlb/docker/{ContainerFixture.Docker}/";
        v1.Write(group + "hugetlb.2MB.usage_in_bytes", "4194304\n");
        v1.Write(group + "hugetlb.2MB.max_usage_in_bytes", "6291456\n");
        v1.Write(group + "hugetlb.2MB.failcnt", "3\n");
        v1.Write(group + "hugetlb.1GB.usage_in_bytes", "0\n");
        Assert.Equal("4194304", v1.Value("container_hugetlb_usage_bytes", V1Docker, "pagesize=\"2MB\""));
        Assert.Equal("6291456", v1.Value("container_hugetlb_max_usage_bytes", V1Docker, "pagesize=\"2MB\""));
        Assert.Equal("3", v1.Value("container_hugetlb_failcnt", V1Docker, "pagesize=\"2MB\""));
        Assert.Equal("0", v1.Value("container_hugetlb_usage_bytes", V1Docker, "pagesize=\"1GB\""));

        await using var v2 = All("v2");
        v2.Write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "0");
        v2.Write(V2Group + "hugetlb.2MB.current", "2097152\n");
        v2.Write(V2Group + "hugetlb.2MB.events", "max 5\n");
        Assert.Equal("2097152", v2.Value("container_hugetlb_usage_bytes", V2Docker, "pagesize=\"2MB\""));
        Assert.Equal("5", v2.Value("container_hugetlb_failcnt", V2Docker, "pagesize=\"2MB\""));
    }

    [Fact]
    public async Task Memory_is_told_by_node()
    {
        await using var v1 = All("v1");
        v1.Write(
            $"cgroup/memory/docker/{ContainerFixture.Docker}/memory.numa_stat",
            "total=9 N0=6 N1=3\nfile=7 N0=5 N1=2\nanon=2 N0=1 N1=1\nunevictable=0 N0=0 N1=0\nhierarchical_total=12 N0=12 N1=0\nhierarchical_file=8 N0=8 N1=0\n");
        Assert.Equal("2", v1.Value("container_memory_numa_pages", V1Docker, "type=\"file\"", "scope=\"container\"", "node=\"1\""));
        Assert.Equal("8", v1.Value("container_memory_numa_pages", V1Docker, "type=\"file\"", "scope=\"hierarchy\"", "node=\"0\""));

        await using var v2 = All("v2");
        v2.Write(V2Group + "memory.numa_stat", $"anon N0={3 * Environment.SystemPageSize}\nfile N0=0 N1={Environment.SystemPageSize}\nfile_mapped N0=1\n");
        Assert.Equal("3", v2.Value("container_memory_numa_pages", V2Docker, "type=\"anon\"", "scope=\"hierarchy\"", "node=\"0\""));
        Assert.Equal("1", v2.Value("container_memory_numa_pages", V2Docker, "type=\"file\"", "scope=\"hierarchy\"", "node=\"1\""));
        Assert.Equal(3, v2.Samples("container_memory_numa_pages").Count);
    }

    [Theory]
    [InlineData(ContainerMetricKinds.Memory, "container_memory_usage_bytes", "container_cpu_usage_seconds_total")]
    [InlineData(ContainerMetricKinds.Cpu, "container_cpu_user_seconds_total", "container_network_receive_bytes_total")]
    [InlineData(ContainerMetricKinds.Network, "container_network_receive_bytes_total", "container_fs_usage_bytes")]
    [InlineData(ContainerMetricKinds.Disk, "container_fs_usage_bytes", "container_processes")]
    public async Task Kinds_that_nobody_asked_for_are_left_out(ContainerMetricKinds kinds, string there, string leftOut)
    {
        await using var machine = new ContainerFixture("v1", options => options with { Metrics = kinds });

        Assert.NotEmpty(machine.Samples(there));
        Assert.Empty(machine.Samples(leftOut));
        Assert.NotEmpty(machine.Samples("container_last_seen"));
    }

    [Fact]
    public async Task Time_on_all_processors_together_is_told_where_that_on_each_is_not_wanted()
    {
        await using var machine = new ContainerFixture("v1", options => options with { Metrics = ContainerMetricKinds.Cpu });

        machine.Value("container_cpu_usage_seconds_total", V1Docker, "cpu=\"total\"");
    }

    [Fact]
    public async Task Labels_and_variables_are_those_that_were_chosen()
    {
        await using var docker = await DockerEngineTests.WithContainerAsync("running");
        docker.Json($"/containers/{ContainerFixture.Docker}/json", "{\"Config\":{\"Env\":[\"APP_ZONE=a=b\",\"APP\",\"PASSWORD=secret\",3]}}");
        await using var machine = new ContainerFixture(
            "v1", options => options with { StoreAllLabels = false, LabelsToStore = ["maintainer"] }, new DockerEngine(docker.Socket, TimeProvider.System, new EnvironmentChoice(["APP_"])));

        var text = ExpositionText.Of(machine.Collector);

        Assert.Contains("container_label_maintainer=\"us\",container_env_app_zone=\"a=b\"", text);
        Assert.DoesNotContain("compose", text);
        Assert.DoesNotContain("secret", text);
    }

    [Fact]
    public async Task Controller_that_is_mounted_later_is_seen()
    {
        await using var machine = new ContainerFixture("v1");
        Directory.Move(machine.PathOf("cgroup/memory"), machine.PathOf("later"));
        Assert.Empty(machine.Samples("container_memory_usage_bytes"));
        Directory.Move(machine.PathOf("later"), machine.PathOf("cgroup/memory"));

        Assert.Equal("50000000", machine.Value("container_memory_usage_bytes", V1Docker));
    }

    [Fact]
    public async Task Machine_that_is_given_groups_later_is_seen()
    {
        await using var machine = new ContainerFixture("v2");
        Directory.Move(machine.PathOf("cgroup"), machine.PathOf("later"));
        Assert.False(machine.Collector.IsVisible);
        Assert.Empty(machine.Samples("container_last_seen"));
        Directory.Move(machine.PathOf("later"), machine.PathOf("cgroup"));

        Assert.True(machine.Collector.IsVisible);
        Assert.Equal("40000000", machine.Value("container_memory_working_set_bytes", V2Docker));
    }

    private static ContainerFixture All(string layout) => new(layout, options => options with { Metrics = ContainerMetricKinds.All });
}
