using Touchline.Api;
using Touchline.Collectors;
using Touchline.Options;
using Touchline.Push;
using Touchline.Push.Groups;
using Touchline.Push.Import;
using Touchline.Push.StatsD;
using Touchline.Storage;
using Touchline.Telemetry;

namespace Touchline.Hosting;

/// <summary>All that takes what others push, started and stopped as one, and what of it is collected as a scrape would.</summary>
internal sealed class PushReception(ServerOptions options, PushPersistence persistence, PushedSource pushed, StatsDReceiver statsD, StatsDSource statsDSource)
{
    public const string PushedPath = "/metrics/pushed";
    public const string StatsDPath = "/metrics/statsd";

    /// <summary>Job, path and source of each thing that is collected.</summary>
    public IEnumerable<(string Job, string Path, IMetricSource Source)> Sources
    {
        get
        {
            if (options.EnablePushReceiver)
            {
                yield return ("pushgateway", PushedPath, pushed);
            }
            if (options.StatsD.IsOn)
            {
                yield return ("statsd", StatsDPath, statsDSource);
            }
        }
    }

    public void Start()
    {
        if (options.EnablePushReceiver)
        {
            persistence.Start();
        }
        statsD.Start();
    }

    public Task StopAsync() => Task.WhenAll(persistence.DisposeAsync().AsTask(), statsD.DisposeAsync().AsTask());
}

/// <summary>Registers all that takes pushes.</summary>
internal static class PushServices
{
    public static void AddPushReception(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(new PushOptions
        {
            PersistenceFile = options.PersistenceFile.Length > 0 ? options.PersistenceFile : Path.Combine(ServerState.DataPath(options), "pushed.json"),
            PersistenceInterval = TimeSpan.FromMilliseconds(options.PersistenceIntervalMs),
        });
        services.AddSingleton<PushGroups>();
        services.AddSingleton(provider => new PushPersistence(
            provider.GetRequiredService<PushGroups>(), provider.GetRequiredService<PushOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PushPersistence>>()));
        services.AddSingleton(provider => new TextImport(provider.GetRequiredService<IMetricAppendable>()));
        services.AddSingleton(options.StatsD);
        services.AddSingleton<StatsDRegistry>();
        services.AddSingleton<StatsDReceiver>();
        services.AddSingleton<PushBody>();
        services.AddSingleton<PushEndpoints>();
        services.AddSingleton<TextImportEndpoint>();
        services.AddSingleton<PushedSource>();
        services.AddSingleton<StatsDSource>();
        services.AddSingleton<PushFiguresSource>();
        services.AddSingleton<PushReception>();
    }
}
