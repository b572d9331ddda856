using Touchline.Configuration;
using Touchline.Options;
using Touchline.Probes;
using Touchline.PromQL;
using Touchline.RemoteWrite.Sending;
using Touchline.Scraping;
using Touchline.Supervision;
using Touchline.Telemetry;

namespace Touchline.Hosting;

/// <summary>Everything that fills the store, started and stopped as one.</summary>
internal sealed class Collection(
    ServerOptions options,
    ServerState state,
    RunningConfiguration configuration,
    Scraper scraper,
    BuiltInCollection builtIn,
    SelfSource self,
    PushReception push,
    MiddlewareServers middleware,
    Checks checks,
    RemoteWriteSender sender,
    IQueryEngine queries,
    TimeProvider time,
    ILoggerFactory loggers)
{
    /// <summary>The sample application, null where it was not asked for.</summary>
    public DemoApplication? Demo { get; private set; }

    /// <summary>Starts all of it; the server listens already, as its address is the instance of its own series.</summary>
    public void Start()
    {
        // Before anything is collected, so that the remotes get the first samples too.
        sender.Apply(configuration.Current.RemoteWrites, configuration.Current.Global.ExternalLabels);
        builtIn.Start(state.Url, self);
        push.Start();
        foreach (var (job, path, source) in push.Sources)
        {
            builtIn.Watch(job, new Uri(state.Url).Authority, state.Url + path, source, honorLabels: true);
        }
        if (options.Demo)
        {
            Demo = DemoApplication.TryStart(options, time, loggers.CreateLogger<DemoApplication>());
        }
        checks.Apply(checks.Read(configuration.Current, mayRefuse: false));
        ApplyJobs(configuration.Current);
    }

    /// <summary>Makes the scraped targets those of a configuration, and the sample application where it runs.</summary>
    /// <exception cref="InvalidOperationException">The file of checks has mistakes; nothing is changed.</exception>
    public void Apply(PrometheusConfig config)
    {
        checks.Apply(checks.Read(config, mayRefuse: true));
        ApplyJobs(config);
    }

    private void ApplyJobs(PrometheusConfig config)
    {
        middleware.Apply(config.Middleware);
        var jobs = config.ScrapeConfigs.Select(job => JobSettings.Complete(job, options));
        sender.Apply(config.RemoteWrites, config.Global.ExternalLabels);
        scraper.Apply(config with { ScrapeConfigs = Demo is null ? [.. jobs] : [.. jobs, Demo.Job] });
        queries.Options.DefaultSubqueryStepMs = config.Global.EvaluationIntervalMs;
    }

    /// <summary>Ends all of it; what is under way is finished or given up. Called once.</summary>
    public async Task StopAsync()
    {
        var demo = Demo?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await Task.WhenAll([scraper.DisposeAsync().AsTask(), builtIn.StopAsync(), middleware.StopAsync(), checks.StopAsync(), demo, push.StopAsync()]);
    }
}
