using System.Text.Json;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>What a real containerd tells of its containers, together with what the kernel counts for them.</summary>
public sealed class ContainerdTests
{
    private const int ExitCode = 3;

    [Fact]
    public async Task Containers_have_their_names_figures_and_ends_from_containerd()
    {
        Assert.SkipWhen(RealContainerd.Hindrance is not null, RealContainerd.Hindrance ?? "");
        await using var containerd = await RealContainerd.StartAsync();
        const long Limit = 64 * 1024 * 1024;
        await containerd.RunAsync("busy", "echo more > /file; while :; do :; done", "--label", "role=tried", "--memory-limit", $"{Limit}");
        await containerd.RunAsync("failed", $"exit {ExitCode}");
        await containerd.EndedAsync("failed");
        using var folder = new TemporaryFolder();

        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--collector.interval=500ms", "--collector.host=false", "--collector.self=false", "--collector.containers.docker-sockets=",
            $"--collector.containers.cri-sockets={containerd.Socket}", "--env_metadata_whitelist=TEAM");

        var group = $"id=\"/{containerd.Namespace}/busy\"";
        await Eventually.TrueAsync(
            async () => await touchline.ValueAsync($"touchline_container_engine_up{{engine=\"containerd\",socket=\"{containerd.Socket}\"}}") is 1,
            () => $"containerd is not asked:\n{touchline.Log.Text}");
        await Eventually.TrueAsync(
            async () => await touchline.ValueAsync($"container_last_seen{{{group},name=\"busy\",image=\"{RealContainerd.Image}\",container_label_role=\"tried\",container_env_TEAM=\"football\"}}") is > 0,
            () => $"the container has no name:\n{touchline.Log.Text}");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync($"sum(container_cpu_usage_seconds_total{{{group}}})") is > 0.01, "no processor time is counted");
        Assert.Equal(Limit, await touchline.ValueAsync($"container_spec_memory_limit_bytes{{{group},name=\"busy\"}}"));
        Assert.Equal(1, await touchline.ValueAsync("touchline_container_state{container_id=\"busy\",state=\"running\"}"));
        Assert.Equal(1, await touchline.ValueAsync("touchline_container_state{container_id=\"failed\",state=\"exited\"}"));
        Assert.Equal(ExitCode, await touchline.ValueAsync("touchline_container_last_exit_code{container_id=\"failed\"}"));
        // Its root is a whole copy of its image, busybox among it.
        await Eventually.TrueAsync(async () => await touchline.ValueAsync($"container_fs_usage_bytes{{{group}}}") is not null, "its root is not measured");
        Assert.InRange((await touchline.ValueAsync($"container_fs_usage_bytes{{{group}}}"))!.Value, new FileInfo(Peers.Path("bin/busybox")).Length, 10_000_000);
        var told = (await touchline.GetDataAsync("/api/v1/containers")).GetProperty("containers").EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!);
        Assert.Equal(ExitCode, told["failed"].GetProperty("exitCode").GetInt32());
        Assert.Equal(JsonValueKind.Null, told["busy"].GetProperty("exitCode").ValueKind);
    }
}
