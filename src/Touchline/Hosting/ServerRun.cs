using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Touchline.Cli;
using Touchline.Health;
using Touchline.Logging;
using Touchline.Options;
using Touchline.RemoteWrite.Sending;
using Touchline.Tsdb;

namespace Touchline.Hosting;

/// <summary>
/// The life of the server: read the configuration, open the store, listen, collect; then, in the opposite order, stop collecting, stop
/// listening, flush and close.
/// </summary>
internal static class ServerRun
{
    /// <summary>How long whatever writes to the store may take to stop, of the five seconds that stopping may take.</summary>
    private static readonly TimeSpan CollectionGrace = TimeSpan.FromSeconds(2);

    /// <summary>How long the server waits for stored data before it says that it listens, which it does already.</summary>
    private static readonly TimeSpan LoadingGrace = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(
        ServerOptions options, IReadOnlyList<string> warnings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        using var logging = new LineLoggerProvider(error, options.LogFormat, options.LogLevel, time);
        var logger = logging.CreateLogger("Touchline.Server");
        foreach (var warning in warnings)
        {
            logger.LogWarning("{Warning}", warning);
        }

        // 1. What to do.
        var configuration = RunningConfiguration.LoadInitial(options);
        if (configuration.Config is null)
        {
            foreach (var finding in configuration.Diagnostics)
            {
                error.WriteLine($"touchline: {finding}");
            }
            error.WriteLine($"touchline: {options.ConfigFile} cannot be used");
            return ExitCodes.CouldNotRun;
        }
        if (WebSecurity.TryLoad(options.WebConfigFile, logger, error) is not { } security)
        {
            return ExitCodes.CouldNotRun;
        }

        // 2. What was kept.
        TsdbStore store;
        var settings = StorageSettings.Of(options, configuration.Config.Storage);
        if (RetentionPolicies.TryRead(options, configuration.Config, out var policies, out var mistake))
        {
            settings.RetentionPolicies = policies;
        }
        else
        {
            settings.RetentionPolicies = RetentionPolicies.KeepEverything;
            logger.LogError("Nothing is dropped for its age until the retention policies are right: {Mistake}", mistake);
        }
        try
        {
            store = TsdbStore.OpenLoading(settings, time, logging.CreateLogger("Touchline.Tsdb"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"touchline: {e.Message}");
            return ExitCodes.Findings;
        }

        // 3. The web server. Queries hold a thread each while they run; the pages must not wait for new ones.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, options.QueryMaxConcurrency + 8), completions);
        using var openStore = store;
        await using var app = TouchlineApplication.Create(options, configuration, security, store, logging, time);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            error.WriteLine($"touchline: cannot listen: {e.Message.TrimEnd('.')}; choose another address with --web.listen-address");
            return ExitCodes.Findings;
        }
        await using var health = HealthServer.Create(options, security, app.Services.GetRequiredService<ServiceHealthReader>(), logging, time);
        try
        {
            await (health?.StartAsync(cancellationToken) ?? Task.CompletedTask);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            error.WriteLine($"touchline: cannot listen: {e.Message.TrimEnd('.')}; choose another address with --health.listen-address");
            return ExitCodes.Findings;
        }
        var state = app.Services.GetRequiredService<ServerState>();
        state.Url = Url(options, security, app);
        if (!security.AsksForPasswords && options.ListenAddresses.FirstOrDefault(a => !a.IsLoopback) is { } open)
        {
            logger.LogWarning("Whoever reaches {Address} can read everything: --web.config.file sets passwords and TLS", open);
        }
        // Mostly that is a moment, and whoever reads that the server listens finds everything there.
        await Task.WhenAny(store.Loading, Task.Delay(LoadingGrace, time, cancellationToken));
        _ = store.Loading.ContinueWith(
            failed =>
            {
                error.WriteLine($"touchline: stored data cannot be loaded: {failed.Exception!.InnerException!.Message}");
                app.Lifetime.StopApplication();
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

        // 4. Whatever fills the store.
        var collection = app.Services.GetRequiredService<Collection>();
        collection.Start();
        await using var ownPorts = await ExpositionServers.StartAsync(app.Services, options, security);
        state.IsReady = true;
        var reload = app.Services.GetRequiredService<ConfigurationReload>();
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            reload.TryReload(out _);
        });
        output.WriteLine($"Touchline {BuildVersion.Version} is listening on {state.Url}");
        if (health is not null)
        {
            output.WriteLine($"Status pages are at {HealthServer.Url(health)}");
        }
        output.Flush();
        logger.LogInformation("Started in {Milliseconds:F0} ms, data in {Path}", time.GetElapsedTime(start).TotalMilliseconds, ServerState.DataPath(options));

        // 5. Run.
        await using var memory = MemoryCare.StartOfServer(time);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = app.Lifetime.ApplicationStopping.Register(stopped.SetResult);
        using var cancelled = cancellationToken.Register(app.Lifetime.StopApplication);
        await stopped.Task;

        // 6. Stop.
        logger.LogInformation("Stopping");
        var stopStart = time.GetTimestamp();
        state.IsReady = false;
        var collecting = collection.StopAsync();
        if (await Task.WhenAny(collecting, Task.Delay(CollectionGrace, time, CancellationToken.None)) != collecting)
        {
            logger.LogWarning("A collection or scrape did not stop in time; what it has not yet written is lost");
        }
        await app.StopAsync(CancellationToken.None);
        await (health?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        // After the last that writes to the store, so that what it wrote is queued.
        await app.Services.GetRequiredService<RemoteWriteSender>().DisposeAsync();
        store.Dispose();
        logger.LogInformation("Stopped in {Milliseconds:F0} ms, all data on disk", time.GetElapsedTime(stopStart).TotalMilliseconds);
        return store.Loading.IsFaulted ? ExitCodes.Findings : ExitCodes.Fine;
    }

    private static string Url(ServerOptions options, WebSecurity security, WebApplication app)
    {
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return options.ListenAddresses[0].ToUrl(security.Scheme, bound.Port, options.RoutePrefix);
    }
}
