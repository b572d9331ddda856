namespace Touchline.Collectors.Tests.Containers;

/// <summary>Each figure of one container, worked out by hand from the fixture files.</summary>
public sealed class ContainerFiguresTests(ContainerFiguresTests.Machines machines) : IClassFixture<ContainerFiguresTests.Machines>
{
    private const string V1Docker = $"id=\"/docker/{ContainerFixture.Docker}\"";
    private const string V2Docker = $"id=\"/system.slice/docker-{ContainerFixture.Docker}.scope\"";

    [Theory]
    [InlineData("container_cpu_usage_seconds_total", "1.5", "cpu=\"cpu00\"")]
    [InlineData("container_cpu_user_seconds_total", "1.2")]
    [InlineData("container_cpu_system_seconds_total", "0.3")]
    [InlineData("container_cpu_cfs_periods_total", "40")]
    [InlineData("container_cpu_cfs_throttled_periods_total", "10")]
    [InlineData("container_cpu_cfs_throttled_seconds_total", "2.5")]
    [InlineData("container_spec_cpu_quota", "50000")]
    [InlineData("container_spec_cpu_period", "100000")]
    [InlineData("container_spec_cpu_shares", "512")]
    [InlineData("container_memory_usage_bytes", "50000000")]
    [InlineData("container_memory_working_set_bytes", "40000000")]
    [InlineData("container_memory_rss", "25000000")]
    [InlineData("container_memory_cache", "20000000")]
    [InlineData("container_memory_swap", "8192")]
    [InlineData("container_memory_failcnt", "7")]
    [InlineData("container_memory_max_usage_bytes", "50004096")]
    [InlineData("container_memory_failures_total", "100", "failure_type=\"pgfault\"", "scope=\"container\"")]
    [InlineData("container_memory_failures_total", "200", "failure_type=\"pgfault\"", "scope=\"hierarchy\"")]
    [InlineData("container_spec_memory_limit_bytes", "67108864")]
    [InlineData("container_spec_memory_reservation_limit_bytes", "0")]
    [InlineData("container_fs_reads_bytes_total", "409600", "device=\"/dev/sda\"")]
    [InlineData("container_fs_writes_total", "2", "device=\"/dev/sda\"")]
    [InlineData("container_blkio_device_usage_total", "417792", "major=\"8\"", "minor=\"0\"", "operation=\"Total\"")]
    [InlineData("container_network_receive_bytes_total", "5000", "interface=\"eth0\"")]
    [InlineData("container_network_transmit_packets_dropped_total", "4", "interface=\"eth0\"")]
    [InlineData("container_processes", "2")]
    [InlineData("container_threads", "5")]
    [InlineData("container_threads_max", "100")]
    [InlineData("container_file_descriptors", "3")]
    [InlineData("container_sockets", "1")]
    [InlineData("container_tasks_state", "1", "state=\"running\"")]
    [InlineData("container_ulimits_soft", "1024", "ulimit=\"max_open_files\"")]
    [InlineData("container_oom_events_total", "3")]
    [InlineData("container_start_time_seconds", "1699999000")]
    [InlineData("container_last_seen", "1700000000")]
    public void Figures_of_version_1_are_in_the_units_of_cAdvisor(string metric, string value, params string[] labels) =>
        Assert.Equal(value, machines.V1.Value(metric, [V1Docker, .. labels]));

    [Theory]
    [InlineData("container_cpu_usage_seconds_total", "1.5", "cpu=\"total\"")]
    [InlineData("container_cpu_user_seconds_total", "1.2")]
    [InlineData("container_cpu_cfs_throttled_seconds_total", "2.5")]
    [InlineData("container_cpu_cfs_burst_seconds_total", "0.003")]
    [InlineData("container_spec_cpu_quota", "50000")]
    [InlineData("container_spec_cpu_shares", "998")]
    [InlineData("container_memory_working_set_bytes", "40000000")]
    [InlineData("container_memory_kernel_usage", "40960")]
    [InlineData("container_memory_swap", "8192")]
    [InlineData("container_memory_events_high_total", "4")]
    [InlineData("container_memory_failures_total", "4", "failure_type=\"pgmajfault\"", "scope=\"hierarchy\"")]
    [InlineData("container_spec_memory_limit_bytes", "67108864")]
    [InlineData("container_spec_memory_swap_limit_bytes", "0")]
    [InlineData("container_fs_reads_total", "100", "device=\"/dev/sda\"")]
    [InlineData("container_fs_io_cost_usage_seconds_total", "1.5", "device=\"/dev/sda\"")]
    [InlineData("container_pressure_cpu_waiting_seconds_total", "1.5")]
    [InlineData("container_pressure_memory_stalled_seconds_total", "0.01")]
    [InlineData("container_pressure_io_waiting_seconds_total", "0.004")]
    [InlineData("container_oom_events_total", "2")]
    public void Figures_of_version_2_are_in_the_units_of_cAdvisor(string metric, string value, params string[] labels) =>
        Assert.Equal(value, machines.V2.Value(metric, [V2Docker, .. labels]));

    /// <summary>Machines that no test changes.</summary>
    public sealed class Machines : IAsyncDisposable
    {
        internal ContainerFixture V1 { get; } = new("v1");

        internal ContainerFixture V2 { get; } = new("v2");

        public async ValueTask DisposeAsync()
        {
            await V1.DisposeAsync();
            await V2.DisposeAsync();
        }
    }
}
