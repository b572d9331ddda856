using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Touchline.Differential.Api;
using Touchline.Shared;

namespace Touchline.Differential.RemoteWrite;

/// <summary>The senders that people have, each writing what it scrapes to Touchline.</summary>
public sealed class SenderTests
{
    private const string Everything = "{__name__=~\"shop_.+\"}";

    [Theory]
    [InlineData("prometheus.WriteRequest")]
    [InlineData("io.prometheus.write.v2.Request")]
    public async Task What_Prometheus_sends_is_what_it_holds(string message)
    {
        await using var target = SecondsTarget.Start();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-remote-write-receiver");
        await using var prometheus = await ServerProcess.StartPrometheusAsync(
            $$"""
            global: { scrape_interval: 300ms, scrape_timeout: 300ms }
            scrape_configs: [{ job_name: shop, static_configs: [{ targets: ["{{target.Address}}"] }] }]
            remote_write:
              - url: {{touchline.Url}}/api/v1/write
                protobuf_message: {{message}}
                queue_config: { batch_send_deadline: 200ms }
                metadata_config: { send_interval: 1s }
            """,
            "--enable-feature=metadata-wal-records");
        var end = await SecondsHeldAsync(touchline, seconds: 6);
        var question = string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString(Everything + "[5s]")}&time={end}");
        Assert.Equal(await SortedAsync(prometheus, question), await SortedAsync(touchline, question));
        for (var attempt = 0; !(await touchline.DataAsync("/api/v1/metadata?metric=shop_requests_total")).TryGetProperty("shop_requests_total", out _); attempt++)
        {
            Assert.True(attempt < 100, "the metadata do not come");
            await Task.Delay(200);
        }
        var metadata = (await touchline.DataAsync("/api/v1/metadata?metric=shop_requests_total")).GetProperty("shop_requests_total")[0];
        Assert.Equal(("counter", "Requests, \"by\" path."), (metadata.GetProperty("type").GetString(), metadata.GetProperty("help").GetString()));
    }

    [Fact]
    public async Task What_vmagent_sends_is_stored()
    {
        await using var target = SecondsTarget.Start();
        await using var touchline = await ServerProcess.StartTouchlineAsync("{}", "--web.enable-remote-write-receiver");
        var folder = Directory.CreateTempSubdirectory("touchline-vmagent-").FullName;
        var config = Path.Combine(folder, "scrape.yml");
        await File.WriteAllTextAsync(
            config,
            $$"""
            global: { scrape_interval: 1s }
            scrape_configs: [{ job_name: shop, honor_timestamps: true, static_configs: [{ targets: ["{{target.Address}}"] }] }]
            """);
        using var vmagent = Process.Start(new ProcessStartInfo(Peers.Program("vmagent"))
        {
            RedirectStandardError = true,
            ArgumentList =
            {
                $"-promscrape.config={config}", $"-remoteWrite.url={touchline.Url}/api/v1/write", $"-remoteWrite.tmpDataPath={folder}/queue",
                string.Create(CultureInfo.InvariantCulture, $"-httpListenAddr=127.0.0.1:{FreePort.Next()}"), "-remoteWrite.flushInterval=200ms",
            },
        })!;
        vmagent.ErrorDataReceived += (_, _) => { };
        vmagent.BeginErrorReadLine();
        try
        {
            var end = await SecondsHeldAsync(touchline, seconds: 4);
            var data = await touchline.DataAsync(
                string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString("shop_temperature{job=\"shop\"}[4s]")}&time={end}"));
            foreach (var sample in data.GetProperty("result")[0].GetProperty("values").EnumerateArray())
            {
                Assert.Equal(20 + Math.Sin(sample[0].GetDouble()), double.Parse(sample[1].GetString()!, CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            vmagent.Kill();
            await vmagent.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Waits until so many whole seconds in a row are there, and answers the last of them.</summary>
    private static async Task<long> SecondsHeldAsync(ServerProcess server, int seconds)
    {
        for (var attempt = 0; ; attempt++)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            for (var end = now; end > now - 5; end--)
            {
                var held = await server.DataAsync(string.Create(
                    CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString($"{Everything}[{seconds}s]")}&time={end}"));
                var result = held.GetProperty("result");
                if (result.GetArrayLength() >= 17 && result.EnumerateArray().All(one => one.GetProperty("values").GetArrayLength() == seconds))
                {
                    return end;
                }
            }
            Assert.True(attempt < 300, "the seconds do not come");
            await Task.Delay(200);
        }
    }

    private static async Task<string[]> SortedAsync(ServerProcess server, string question)
    {
        var data = await server.DataAsync(question);
        return [.. data.GetProperty("result").EnumerateArray().Select(series => JsonSerializer.Serialize(series)).Order(StringComparer.Ordinal)];
    }
}
