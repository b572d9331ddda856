using System.Net;
using FootballPrediction.Faults;
using Microsoft.AspNetCore.Builder;

namespace FootballPrediction.Tests;

/// <summary>The whole service on a port of its own, with a client.</summary>
public sealed class ServiceUnderTest : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FaultBoard _faults = new();
    private WebApplication? _app;

    internal ServiceOptions Options { get; init; } = new() { DaysPerMinute = 800 };

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        ServiceOptions options = Options with { Urls = "http://127.0.0.1:0", DataDirectory = _directory.Path };
        _app = FootballApplication.Build(options, _faults);
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        await UntilAsync(async () => !options.Simulate || (await Client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _directory.Dispose();
    }

    public Task<string> MetricsAsync() => Client.GetStringAsync("/metrics");

    /// <summary>Gives up after half a minute, far beyond what anything here takes.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int attempt = 0; attempt < 600; attempt++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("It did not come true.");
    }
}
