using System.Globalization;
using Touchline.Shared;

namespace Touchline.Differential.Api;

/// <summary>The real Prometheus and Touchline, each scraping the same targets, once both hold the same ten seconds.</summary>
public sealed class BothServers : IAsyncLifetime
{
    private const int Seconds = 10;

    private ExpositionServer? _target;
    private HeldPort? _nobody;

    internal ServerProcess Prometheus { get; private set; } = null!;

    internal ServerProcess Touchline { get; private set; } = null!;

    /// <summary>The last second that both hold, in Unix time; so do they the ten before it.</summary>
    public long End { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _target = SecondsTarget.Start();
        _nobody = FreePort.Hold();
        var config =
            $$"""
            global:
              scrape_interval: 300ms
              scrape_timeout: 300ms
              external_labels: { site: test }
            scrape_configs:
              - job_name: shop
                static_configs: [{ targets: ["{{_target.Address}}"], labels: { team: blue } }]
              - job_name: dead
                static_configs: [{ targets: ["127.0.0.1:{{_nobody.Port}}"] }]
              - job_name: dropped
                static_configs: [{ targets: ["127.0.0.1:{{_nobody.Port}}"] }]
                relabel_configs: [{ action: drop, source_labels: [__address__], regex: ".*" }]
            """;
        var servers = await Task.WhenAll(ServerProcess.StartPrometheusAsync(config), ServerProcess.StartTouchlineAsync(config));
        (Prometheus, Touchline) = (servers[0], servers[1]);
        End = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + Seconds + 4;
        var holds = string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query=count_over_time(shop_temperature[{Seconds + 1}s])&time={End}");
        for (var attempt = 0; ; attempt++)
        {
            var answers = await Task.WhenAll(servers.Select(s => s.DataAsync(holds)));
            if (DateTimeOffset.UtcNow.ToUnixTimeSeconds() > End
                && answers.All(a => a.GetProperty("result") is var r && r.GetArrayLength() == 1 && r[0].GetProperty("value")[1].GetString() == $"{Seconds + 1}"))
            {
                return;
            }
            if (attempt > 0 && attempt % 100 == 0)
            {
                // On a busy machine a second may have been missed: later ones will do.
                End = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + Seconds + 2;
                holds = string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query=count_over_time(shop_temperature[{Seconds + 1}s])&time={End}");
            }
            Assert.True(attempt < 600, "the servers do not come to hold the same data");
            await Task.Delay(200);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Touchline.DisposeAsync();
        await Prometheus.DisposeAsync();
        await _target!.DisposeAsync();
        _nobody!.Dispose();
    }
}
