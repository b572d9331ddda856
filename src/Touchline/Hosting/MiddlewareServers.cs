using Touchline.Collectors;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Postgres;
using Touchline.Collectors.Middleware.Redis;
using Touchline.Configuration;
using Touchline.Storage;
using Touchline.Views;

namespace Touchline.Hosting;

/// <summary>The databases and caches that are asked: one loop for each, kept over a reload where nothing of it has changed. Thread-safe.</summary>
internal sealed class MiddlewareServers(BuiltInTargets targets, IMetricAppendable store, TimeProvider time, ILoggerFactory loggers)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Job, MiddlewareServerConfig Server), Watched> _watched = [];
    private Task _ending = Task.CompletedTask;
    private bool _stopped;

    /// <summary>Makes the servers that are asked these.</summary>
    public void Apply(MiddlewareConfig config)
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }
            var wanted = config.PostgreSql.Select(server => (Job: "postgresql", Server: server)).Concat(config.Redis.Select(server => (Job: "redis", Server: server))).ToHashSet();
            List<Watched> gone = [.. _watched.Where(entry => !wanted.Contains(entry.Key)).Select(entry => entry.Value)];
            foreach (var key in _watched.Keys.Except(wanted).ToList())
            {
                _watched.Remove(key);
            }
            var fresh = new List<Watched>();
            foreach (var (job, server) in wanted.Where(key => !_watched.ContainsKey(key)))
            {
                var watched = Watch(job, server);
                _watched.Add((job, server), watched);
                fresh.Add(watched);
            }
            gone.ForEach(watched => targets.Remove(watched.Loop));
            fresh.ForEach(watched => targets.Add(watched.Url, watched.Loop));
            // One that takes the place of another, under the same name, begins behind its end, which closes its series.
            _ending = ReplaceAsync(_ending, gone, fresh);
        }
    }

    /// <summary>Ends all of them. Called once.</summary>
    public async Task StopAsync()
    {
        Task ending;
        List<Watched> all;
        lock (_lock)
        {
            _stopped = true;
            ending = _ending;
            all = [.. _watched.Values];
        }
        await ending;
        await Task.WhenAll(all.Select(async watched =>
        {
            await watched.Loop.DisposeAsync();
            watched.Source.Dispose();
        }));
    }

    private static async Task ReplaceAsync(Task before, List<Watched> gone, List<Watched> fresh)
    {
        await before;
        await Task.WhenAll(gone.Select(async watched =>
        {
            await watched.Loop.RemoveAsync();
            watched.Source.Dispose();
        }));
        fresh.ForEach(watched => watched.Loop.Start());
    }

    private Watched Watch(string job, MiddlewareServerConfig server)
    {
        var credentials = new MiddlewareCredentials(server.Password, server.PasswordFile);
        var timeout = TimeSpan.FromMilliseconds(server.ScrapeTimeoutMs);
        var options = new CollectionOptions(job, server.Name, TimeSpan.FromMilliseconds(server.ScrapeIntervalMs));
        return job == "redis"
            ? Watch(new RedisCollector(new RedisOptions(server.Url.Value, credentials) { Timeout = timeout, Selection = server.Redis }, time, loggers.CreateLogger<RedisCollector>()))
            : Watch(new PostgresCollector(
                new PostgresOptions(server.Url.Value, credentials) { Timeout = timeout, ShowsSettings = server.ShowsSettings, Selection = server.Postgres }, time, loggers.CreateLogger<PostgresCollector>()));

        Watched Watch<T>(T source)
            where T : IMetricSource, IDisposable =>
            new(new CollectionLoop(options, source, store, time, loggers.CreateLogger<CollectionLoop>()), source, server.DisplayUrl);
    }

    private sealed record Watched(CollectionLoop Loop, IDisposable Source, string Url);
}
