using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Storage;

namespace Touchline.Scraping;

/// <summary>Scrapes what a configuration names, each target in a loop of its own, until disposed. Thread-safe.</summary>
public sealed class Scraper(IMetricAppendable store, TimeProvider time, ILogger<Scraper> logger) : IAsyncDisposable
{
    /// <summary>
    /// Makes the running loops those of the configuration. Loops whose target and settings did not change go on undisturbed; those
    /// that are gone end with staleness markers.
    /// </summary>
    public void Apply(PrometheusConfig config)
    {
        _ = (store, time, logger, config);
        throw new NotImplementedException();
    }

    /// <summary>Every target, by job in the order of the configuration.</summary>
    public IReadOnlyList<TargetSnapshot> Targets() => throw new NotImplementedException();

    public IReadOnlyList<DroppedTarget> DroppedTargets() => throw new NotImplementedException();

    /// <summary>Ends every loop within its scrape's cancellation; no staleness markers are written, as the next start goes on.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
