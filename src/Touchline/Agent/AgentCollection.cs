using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Options;
using Touchline.Probes;
using Touchline.RemoteWrite.Sending;
using Touchline.Scraping;

namespace Touchline.Agent;

/// <summary>Everything that an agent collects, started and stopped as one.</summary>
internal sealed class AgentCollection(
    ServerOptions options,
    Scraper scraper,
    BuiltInCollection builtIn,
    AgentSource self,
    MiddlewareServers middleware,
    Checks checks,
    RemoteWriteSender sender)
{
    /// <param name="url">Where the agent is reached: its address is the instance of its own series.</param>
    public void Start(string url, PrometheusConfig config)
    {
        // Before anything is collected, so that the remotes get the first samples too.
        sender.Apply(config.RemoteWrites, config.Global.ExternalLabels);
        builtIn.Start(url, self);
        checks.Apply(checks.Read(config, mayRefuse: false));
        ApplyJobs(config);
    }

    /// <exception cref="InvalidOperationException">The file of checks has mistakes; nothing is changed.</exception>
    public void Apply(PrometheusConfig config)
    {
        checks.Apply(checks.Read(config, mayRefuse: true));
        ApplyJobs(config);
    }

    private void ApplyJobs(PrometheusConfig config)
    {
        middleware.Apply(config.Middleware);
        sender.Apply(config.RemoteWrites, config.Global.ExternalLabels);
        scraper.Apply(config with { ScrapeConfigs = [.. config.ScrapeConfigs.Select(job => JobSettings.Complete(job, options))] });
    }

    public Task StopAsync() => Task.WhenAll(scraper.DisposeAsync().AsTask(), builtIn.StopAsync(), middleware.StopAsync(), checks.StopAsync());
}
