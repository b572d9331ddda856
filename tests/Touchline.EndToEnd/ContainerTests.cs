using System.Globalization;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>Real containers, seen without any engine: what the kernel counts for them is what is stored.</summary>
public sealed class ContainerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TouchlineProcess? _touchline;

    public async ValueTask InitializeAsync()
    {
        if (RealContainer.Hindrance is null)
        {
            _touchline = await TouchlineProcess.StartAsync(_folder.Path, "--collector.interval=500ms", "--collector.host=false", "--collector.self=false", "--disable_metrics=");
        }
    }

    [Fact]
    public async Task Container_is_found_by_its_group_with_its_figures_and_limits()
    {
        Assert.SkipWhen(RealContainer.Hindrance is not null, RealContainer.Hindrance ?? "");
        await using var container = await RealContainer.StartAsync("while :; do :; done", 64 * 1024 * 1024, cpuQuotaMicroseconds: 10_000);
        await Eventually.TrueAsync(
            async () => await ValueAsync("container_cpu_cfs_throttled_periods_total", container) is > 0, "a busy container is not throttled");

        Assert.Equal(64 * 1024 * 1024, await ValueAsync("container_spec_memory_limit_bytes", container));
        Assert.Equal(10_000, await ValueAsync("container_spec_cpu_quota", container));
        Assert.Equal(100_000, await ValueAsync("container_spec_cpu_period", container));
        Assert.Equal(2, await ValueAsync("container_processes", container));
        Assert.InRange((await ValueAsync("container_memory_working_set_bytes", container))!.Value, 1, 64 * 1024 * 1024);
        Assert.Equal(container.Id, Assert.Single(await Touchline.QueryAsync($"container_last_seen{{id=\"{container.Path}\"}}"))["name"]);
        // What the group counts before and after holds what was read between.
        var before = container.CpuSeconds;
        var seconds = await CpuSecondsAsync(container);
        const double Rounding = 1e-9;
        Assert.InRange(seconds, before - Rounding, container.CpuSeconds + Rounding);

        await container.DeleteAsync();
        await Eventually.TrueAsync(
            async () => await ValueAsync("container_memory_usage_bytes", container) is null, "the series of a container that is gone do not end");
        Assert.Equal(1, await Touchline.ValueAsync("up{job=\"cadvisor\"}"));
    }

    [Fact]
    public async Task Container_that_ran_out_of_memory_is_told_of()
    {
        Assert.SkipWhen(RealContainer.Hindrance is not null, RealContainer.Hindrance ?? "");
        await using var container = await RealContainer.StartAsync("x=0123456789abcdef; while :; do x=$x$x; done", 8 * 1024 * 1024);

        await Eventually.TrueAsync(async () => await ValueAsync("container_oom_events_total", container) is 1, "the kill is not counted");

        var told = (await Touchline.GetDataAsync("/api/v1/containers")).GetProperty("containers").EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == container.Id);
        Assert.Equal(1, told.GetProperty("oomKills").GetInt32());
        Assert.Equal(8 * 1024 * 1024, told.GetProperty("memoryLimitBytes").GetInt64());
    }

    [Fact]
    public async Task Disk_space_and_connections_of_a_container_are_its_own()
    {
        Assert.SkipWhen(RealContainer.Hindrance is not null, RealContainer.Hindrance ?? "");
        Assert.SkipWhen(!await RealContainer.HasOverlaysAsync(), "the file system of temporary files cannot be written to by an overlay");
        // busybox itself is in the layer too.
        await using var container = await RealContainer.StartAsync(
            "/bin/busybox head -c 3000000 /dev/zero > /big; /bin/busybox sync; exec /bin/busybox nc -l -p 7000", 64 * 1024 * 1024, hasLayers: true);

        await Eventually.TrueAsync(
            async () => await Touchline.ValueAsync($"sum({{__name__=~\"container_network_tcp6?_usage_total\",id=\"{container.Path}\",tcp_state=\"listen\"}})") is 1,
            "the listening socket is not counted");
        await Eventually.TrueAsync(async () => await ValueAsync("container_fs_usage_bytes", container) is not null, "the layer is not measured");

        // It may have been measured before the file was whole; what it takes then is less.
        Assert.InRange((await ValueAsync("container_fs_usage_bytes", container))!.Value, new FileInfo(Path.Combine(container.WritableLayer, "bin/busybox")).Length, 20_000_000);
        Assert.InRange((await ValueAsync("container_fs_inodes_total", container))!.Value, 5, 10);
        Assert.True(await ValueAsync("container_fs_limit_bytes", container) > await ValueAsync("container_fs_usage_bytes", container));
        Assert.NotNull(await Touchline.ValueAsync($"container_network_advance_tcp_stats_total{{id=\"{container.Path}\",tcp_state=\"activeopens\"}}"));
        Assert.Equal(0, await Touchline.ValueAsync($"container_network_udp_usage_total{{id=\"{container.Path}\",udp_state=\"listen\"}}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_touchline is not null)
        {
            await _touchline.DisposeAsync();
        }
        _folder.Dispose();
    }

    private TouchlineProcess Touchline => _touchline!;

    private Task<double?> ValueAsync(string metric, RealContainer container) => Touchline.ValueAsync($"{metric}{{id=\"{container.Path}\"}}");

    /// <summary>As text, read at this moment.</summary>
    private async Task<double> CpuSecondsAsync(RealContainer container)
    {
        var prefix = $"container_cpu_usage_seconds_total{{id=\"{container.Path}\"";
        return (await Touchline.GetTextAsync("/metrics/cadvisor")).Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
