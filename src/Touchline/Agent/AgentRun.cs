using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Touchline.Cli;
using Touchline.Collectors.Containers;
using Touchline.Collectors.Host;
using Touchline.Collectors.OwnProcess;
using Touchline.Collectors.Probes;
using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Logging;
using Touchline.Options;
using Touchline.Probes;
using Touchline.PromQL;
using Touchline.RemoteWrite.Sending;
using Touchline.RemoteWrite.Sending.Passing;
using Touchline.Scraping;
using Touchline.Telemetry;
using Touchline.Views;

namespace Touchline.Agent;

/// <summary>
/// The life of an agent, <c>--agent</c>: it collects and sends, and keeps no more than what is not sent yet. What the server has beyond
/// that is not even loaded.
/// </summary>
internal static class AgentRun
{
    /// <summary>How long whatever collects may take to stop, of the five seconds that stopping may take.</summary>
    private static readonly TimeSpan CollectionGrace = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(
        ServerOptions options, IReadOnlyList<string> warnings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var store = new PassingStore(time);
        await using var memory = MemoryCare.StartOfAgent(new AgentHeap(store, time).Trim, time);
        using var logging = new LineLoggerProvider(error, options.LogFormat, options.LogLevel, time);
        var logger = logging.CreateLogger("Touchline.Agent");
        foreach (var warning in warnings)
        {
            logger.LogWarning("{Warning}", warning);
        }

        // 1. What to do.
        var loaded = RunningConfiguration.LoadInitial(options);
        if (loaded.Config is null || Unusable(options, loaded.Config) is not null)
        {
            foreach (var finding in loaded.Diagnostics)
            {
                error.WriteLine($"touchline: {finding}");
            }
            error.WriteLine($"touchline: {(loaded.Config is null ? $"{options.ConfigFile} cannot be used" : Unusable(options, loaded.Config))}");
            return ExitCodes.CouldNotRun;
        }
        if (WebSecurity.TryLoad(options.WebConfigFile, logger, error) is not { } security)
        {
            return ExitCodes.CouldNotRun;
        }

        // 2. The parts.
        await using var app = AgentApplication.Create(options, security, logging);
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var configuration = new RunningConfiguration(options, loaded, time, loggers.CreateLogger<RunningConfiguration>());
        await using var sender = new RemoteWriteSender(store, SendingSettings.Of(options), time, loggers.CreateLogger<RemoteWriteSender>());
        await using var scraper = new Scraper(
            sender.Store, time, loggers.CreateLogger<Scraper>(), options.Features.HasFlag(PromQLFeatures.TypeAndUnitLabels));
        using var host = new HostCollector(options.Host, time, loggers.CreateLogger<HostCollector>());
        await using var containers = new ContainerCollector(options.ContainersOfHost, time, loggers.CreateLogger<ContainerCollector>());
        using var probes = new ProbeRunner(time);
        var builtIn = new BuiltInTargets();
        var middleware = new MiddlewareServers(builtIn, sender.Store, time, loggers);
        var checks = new Checks(probes, sender.Store, time, options, loggers);
        var self = new AgentSource(configuration, store, new RemoteStorageSource(sender), new ProcessCollector());
        var collection = new AgentCollection(options, scraper, builtIn, host, containers, self, middleware, checks, sender, time, loggers);
        var targets = new TargetRegistry(scraper, builtIn, checks);
        var isReady = false;
        var page = new AgentPage(targets, sender, configuration);
        new AgentEndpoints(options, configuration, page, targets, sender, self, host, containers, () => isReady, Reload).Map(app);

        // 3. The web server.
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            error.WriteLine($"touchline: cannot listen: {e.Message.TrimEnd('.')}; choose another address with --web.listen-address");
            return ExitCodes.Findings;
        }
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var url = options.ListenAddresses[0].ToUrl(security.Scheme, bound.Port, options.RoutePrefix);

        // 4. Collect and send.
        collection.Start(url, configuration.Current);
        isReady = true;
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload();
        });
        output.WriteLine($"Touchline {BuildVersion.Version} is an agent, listening on {url}");
        output.Flush();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = app.Lifetime.ApplicationStopping.Register(stopped.SetResult);
        using var cancelled = cancellationToken.Register(app.Lifetime.StopApplication);
        await stopped.Task;

        // 5. Stop.
        isReady = false;
        await Task.WhenAny(collection.StopAsync(), Task.Delay(CollectionGrace, time, CancellationToken.None));
        await sender.DisposeAsync();
        await app.StopAsync(CancellationToken.None);
        logger.LogInformation("Stopped; what was not sent is kept in {Path}", ServerState.DataPath(options));
        return ExitCodes.Fine;

        string Reload()
        {
            configuration.TryReload(collection.Apply, out var problem);
            return problem;
        }
    }

    private static string? Unusable(ServerOptions options, PrometheusConfig config) =>
        options.ConfigFile.Length == 0 ? "an agent needs a configuration file with remote_write: --config.file=prometheus.yml"
        : config.RemoteWrites.Count == 0 ? $"{options.ConfigFile} has no remote_write that can be sent to, and an agent keeps nothing itself"
        : null;
}
