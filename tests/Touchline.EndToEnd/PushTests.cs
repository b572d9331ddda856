using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>What jobs pushed outlives the process, killed or stopped.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Pushed_groups_are_there_after_a_kill_and_after_a_stop()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--web.enable-push-receiver", "--persistence.interval=50ms", "--no-collector.host", "--no-collector.self"];
        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path, arguments))
        {
            await PushAsync(touchline, "killed");
            var kept = Path.Combine(folder.Path, "data", "pushed.json");
            await Eventually.TrueAsync(() => File.Exists(kept) && File.ReadAllText(kept).Contains("killed", StringComparison.Ordinal), "the push is not kept");
            await touchline.KillAsync();
        }
        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path, [.. arguments[..1], "--persistence.interval=1h", .. arguments[2..]]))
        {
            Assert.Contains("killed{", await PushedAsync(touchline), StringComparison.Ordinal);
            await PushAsync(touchline, "stopped");
            await touchline.StopAsync();
        }
        await using var last = await TouchlineProcess.StartAsync(folder.Path, arguments);
        var pushed = await PushedAsync(last);
        Assert.Contains("killed{", pushed, StringComparison.Ordinal);
        Assert.Contains("stopped{", pushed, StringComparison.Ordinal);
    }

    private static async Task PushAsync(TouchlineProcess touchline, string name)
    {
        using var response = await touchline.Http.PutAsync(new Uri($"/metrics/job/{name}", UriKind.Relative), new StringContent($"{name} 1\n"));
        response.EnsureSuccessStatusCode();
    }

    private static Task<string> PushedAsync(TouchlineProcess touchline) => touchline.Http.GetStringAsync(new Uri("/metrics/pushed", UriKind.Relative));
}
