using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Storage.InMemory;
using Touchline.Views;

namespace Touchline.Tests.Hosting;

public sealed class MiddlewareServersTests : IAsyncDisposable
{
    private readonly InMemoryStore _store = new();
    private readonly BuiltInTargets _targets = new();
    private readonly MiddlewareServers _servers;

    public MiddlewareServersTests() => _servers = new MiddlewareServers(_targets, _store, TimeProvider.System, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync() => await _servers.StopAsync();

    [Fact]
    public async Task Each_server_is_a_target_with_its_own_series()
    {
        _servers.Apply(new MiddlewareConfig { PostgreSql = [Server("postgresql", "league")], Redis = [Server("redis", "cache")] });
        await CollectedAsync(2);

        Assert.Equal(["postgresql league", "redis cache"], _targets.Targets().Select(t => $"{t.JobName} {t.Labels[LabelNames.Instance]}").Order());
        Assert.DoesNotContain(_targets.Targets(), target => target.ScrapeUrl.Contains("hidden", StringComparison.Ordinal));
        Assert.Equal(0, Last("pg_up", "league"));
        Assert.Equal(0, Last("redis_up", "cache"));
    }

    [Fact]
    public async Task A_reload_keeps_what_has_not_changed_and_closes_what_is_gone()
    {
        var (kept, gone) = (Server("redis", "kept"), Server("redis", "gone"));
        _servers.Apply(new MiddlewareConfig { Redis = [kept, gone] });
        await CollectedAsync(2);
        var before = _targets.Targets().Single(t => t.Labels[LabelNames.Instance] == "kept").LastScrape;

        _servers.Apply(new MiddlewareConfig { Redis = [kept with { }] });
        await WaitAsync(() => StaleMarker.Is(Last("redis_up", "gone")));

        var target = Assert.Single(_targets.Targets());
        Assert.Equal(("kept", before), (target.Labels[LabelNames.Instance], target.LastScrape));
        Assert.Equal(0, Last("redis_up", "kept"));
    }

    /// <summary>Where nobody listens.</summary>
    private static MiddlewareServerConfig Server(string kind, string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return new MiddlewareServerConfig(new Secret($"{kind}://user:hidden@127.0.0.1:{port}/x")) { Name = name, ScrapeIntervalMs = 3_600_000, ScrapeTimeoutMs = 5_000 };
    }

    private Task CollectedAsync(int count) => WaitAsync(() => _targets.Targets().Count(target => target.LastScrape is not null) == count);

    private double Last(string metric, string instance)
    {
        using var querier = _store.OpenQuerier(long.MinValue, long.MaxValue);
        var columns = new SampleColumns();
        foreach (var series in querier.Select([new LabelMatcher(Model.MatchType.Equal, LabelNames.MetricName, metric), new LabelMatcher(Model.MatchType.Equal, LabelNames.Instance, instance)], sorted: true, CancellationToken.None))
        {
            series.Read(long.MinValue, long.MaxValue, columns);
        }
        return columns.Count > 0 ? columns.Values[columns.Count - 1] : double.NaN;
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
