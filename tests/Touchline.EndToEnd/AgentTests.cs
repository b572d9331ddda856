using System.Net;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>An agent that sends to a server: all that it collects is there, and it keeps nothing itself.</summary>
public sealed class AgentTests
{
    [Fact]
    public async Task Agent_collects_and_sends()
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/metrics", "shop_orders_total 7\n");
        await using var server = await TouchlineProcess.StartAsync(
            folder.Path, "--web.enable-remote-write-receiver", "--storage.tsdb.path=server", "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        var config = folder.Write("agent.yml", $$"""
            global: { external_labels: { site: shop } }
            scrape_configs: [{ job_name: shop, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{ targets: ["{{target.Address}}"] }] }]
            remote_write: [{ url: "{{server.Url}}api/v1/write", name: server, queue_config: { batch_send_deadline: 100ms } }]
            """);
        await using var agent = await TouchlineProcess.StartAsync(folder.Path, "--agent", "--config.file=" + config, "--collector.interval=500ms");

        await Eventually.TrueAsync(async () => await server.ValueAsync("shop_orders_total{site=\"shop\"}") == 7, () => $"what is scraped does not arrive:\n{agent.Log.Text}");
        await Eventually.TrueAsync(async () => (await server.QueryAsync("node_load1{job=\"node\"}")).Count == 1, () => $"the host does not arrive:\n{agent.Log.Text}");
        await Eventually.TrueAsync(async () => (await server.QueryAsync("prometheus_remote_storage_samples_total{remote_name=\"server\"}")).Count == 1, "its own figures do not arrive");

        Assert.Equal([.. BuiltInJobs.Names.Append("shop").Order(StringComparer.Ordinal)], (await agent.TargetsAsync()).Select(t => t.Job).Order(StringComparer.Ordinal));
        Assert.Equal("server", (await agent.GetDataAsync("/api/v1/status/remote_write")).GetProperty("remotes")[0].GetProperty("name").GetString());
        Assert.Contains("Remote write", await agent.GetTextAsync("/"), StringComparison.Ordinal);
        using var query = await agent.Http.GetAsync(new Uri("/api/v1/query?query=up", UriKind.Relative));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, query.StatusCode);
        Assert.Equal(["remote-write"], Directory.GetFileSystemEntries(Path.Combine(folder.Path, "data-agent")).Select(Path.GetFileName));
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact]
    public async Task Agent_starts_itself_anew_with_a_lean_runtime_and_stays_the_same_process()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("an agent's.yml", "remote_write: [{ url: 'http://127.0.0.1:1/' }]");
        await using var agent = await TouchlineProcess.StartAsync(folder.Path, "--agent", "--config.file=" + config, "--collector.host=false");

        var environment = (await File.ReadAllTextAsync($"/proc/{agent.Id}/environ")).Split('\0');
        Assert.Contains("DOTNET_TieredCompilation=0", environment);
        Assert.Contains("PATH=" + Environment.GetEnvironmentVariable("PATH"), environment);
        Assert.Contains("--config.file=" + config, (await File.ReadAllTextAsync($"/proc/{agent.Id}/cmdline")).Split('\0'));
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact]
    public async Task Agent_without_anybody_to_send_to_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("agent.yml", "scrape_configs: []");
        var run = await TouchlineProgram.RunAsync(folder.Path, "--agent", "--config.file=" + config);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has no remote_write", run.ErrorText, StringComparison.Ordinal);
    }
}
