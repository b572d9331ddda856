using Touchline.Configuration;
using Touchline.Options;
using Touchline.Scraping;
using Touchline.Supervision;

namespace Touchline.Hosting;

/// <summary>Everything that fills the store, started and stopped as one.</summary>
internal sealed class Collection(
    ServerOptions options, RunningConfiguration configuration, Scraper scraper, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>The sample application, null where it was not asked for.</summary>
    public DemoApplication? Demo { get; private set; }

    public void Start()
    {
        if (options.Demo)
        {
            Demo = DemoApplication.TryStart(options, time, loggers.CreateLogger<DemoApplication>());
        }
        Apply(configuration.Current);
    }

    /// <summary>Makes the scraped targets those of a configuration, and the sample application where it runs.</summary>
    public void Apply(PrometheusConfig config) => scraper.Apply(Demo is null ? config : config with { ScrapeConfigs = [.. config.ScrapeConfigs, Demo.Job] });

    public async ValueTask DisposeAsync()
    {
        var demo = Demo?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await Task.WhenAll(scraper.DisposeAsync().AsTask(), demo);
    }
}
