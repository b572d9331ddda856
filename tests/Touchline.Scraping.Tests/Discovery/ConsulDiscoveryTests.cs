using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

public sealed class ConsulDiscoveryTests : IAsyncDisposable
{
    private const string Instance = """
        [{"Node":{"Node":"n1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":{"lan":"10.0.0.1","wan":"1.2.3.4"},"Meta":{"rack":"r1","a-b":"c"}},
          "Service":{"ID":"web-1","Service":"web","Tags":["http","v2"],"Address":"10.1.0.1","Port":8080,"Meta":{"path":"/m"},"Namespace":"ns"},
          "Checks":[{"CheckID":"a","Status":"passing"},{"CheckID":"b","Status":"warning"}]},
         {"Node":{"Node":"n2","Address":"10.0.0.2"},"Service":{"ID":"web-2","Tags":[],"Address":"","Port":0},"Checks":[{"CheckID":"_node_maintenance","Status":"critical"}]}]
        """;

    private readonly FakeTarget _server = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, (ulong Index, string Body)> _answers = new();

    public ConsulDiscoveryTests()
    {
        _answers["/v1/catalog/services"] = (5, """{"web":["http","v2"],"db":[]}""");
        _answers["/v1/agent/self"] = (0, """{"Config":{"Datacenter":"dc1"}}""");
        _answers["/v1/health/service/web"] = (5, Instance);
        _answers["/v1/health/service/db"] = (5, "[]");
        _server.Answer = AnswerAsync;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Instances_are_targets_with_labels_of_service_node_and_checks()
    {
        using var discovery = Discovery(Config());
        await UntilAsync(discovery, () => discovery.Groups.Count == 2);
        const string Common = "__meta_consul_dc=\"dc1\"";
        Assert.Equal(
            [
                "10.1.0.1:8080 {__meta_consul_address=\"10.0.0.1\", " + Common + ", __meta_consul_health=\"warning\", __meta_consul_metadata_a_b=\"c\", "
                    + "__meta_consul_metadata_rack=\"r1\", __meta_consul_namespace=\"ns\", __meta_consul_node=\"n1\", __meta_consul_service=\"web\", "
                    + "__meta_consul_service_address=\"10.1.0.1\", __meta_consul_service_id=\"web-1\", __meta_consul_service_metadata_path=\"/m\", "
                    + "__meta_consul_service_port=\"8080\", __meta_consul_tagged_address_lan=\"10.0.0.1\", __meta_consul_tagged_address_wan=\"1.2.3.4\", "
                    + "__meta_consul_tags=\",http,v2,\"}",
                "10.0.0.2:0 {__meta_consul_address=\"10.0.0.2\", " + Common + ", __meta_consul_health=\"maintenance\", __meta_consul_node=\"n2\", "
                    + "__meta_consul_service=\"web\", __meta_consul_service_id=\"web-2\", __meta_consul_service_port=\"0\", __meta_consul_tags=\",,\"}",
            ],
            discovery.Groups.Select(group => $"{group.Targets.Single()} {group.Labels}"));
    }

    [Fact]
    public async Task Questions_carry_the_index_of_the_last_answer_and_what_the_configuration_wants()
    {
        using var discovery = Discovery(Config() with
        {
            Datacenter = "east",
            Namespace = "n",
            Partition = "p",
            Tags = ["http"],
            Filter = "Service.Meta.x == y",
            Token = new Secret("t"),
            NodeMeta = new Dictionary<string, string> { ["rack"] = "r1" },
        });
        await UntilAsync(discovery, () => _asked.Any(path => path.Contains("web", StringComparison.Ordinal) && path.Contains("index=5", StringComparison.Ordinal)));
        Assert.Contains("/v1/catalog/services?stale=&wait=120000ms&node-meta=rack%3Ar1&filter=Service.Meta.x%20%3D%3D%20y&dc=east&ns=n&partition=p", _asked);
        Assert.Contains("/v1/health/service/web?stale=&index=5&wait=120000ms&node-meta=rack%3Ar1&tag=http&dc=east&ns=n&partition=p", _asked);
        Assert.DoesNotContain(_asked, path => path.Contains("/db", StringComparison.Ordinal));
        Assert.Contains("X-Consul-Token: t\r\n", _server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_that_goes_takes_its_targets_along_and_an_agent_that_fails_leaves_them()
    {
        using var discovery = Discovery(Config());
        await UntilAsync(discovery, () => discovery.Groups.Count == 2);

        _server.Serve("no", "text/plain");
        await UntilAsync(discovery, () => discovery.Health.LastError.Contains("is no JSON", StringComparison.Ordinal));
        Assert.Equal(2, discovery.Groups.Count);

        _answers["/v1/catalog/services"] = (7, """{"db":[]}""");
        _server.Answer = AnswerAsync;
        await UntilAsync(discovery, () => discovery.Groups.Count == 0 && discovery.Health.LastError.Length == 0);
    }

    /// <summary>Refreshes as the scraper does until something holds.</summary>
    private static async Task UntilAsync(ConsulDiscovery discovery, Func<bool> condition)
    {
        using var stop = new CancellationTokenSource();
        var refreshing = Task.Run(async () =>
        {
            while (true)
            {
                await discovery.RefreshAsync(stop.Token);
            }
        });
        await Eventually.TrueAsync(condition, $"what is wanted, with {discovery.Groups.Count} targets and the error: {discovery.Health.LastError}");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refreshing);
    }

    private Task<bool> AnswerAsync(string head, Stream stream, CancellationToken token)
    {
        var path = head.Split(' ')[1];
        _asked.Enqueue(path);
        var (index, body) = _answers[path.Split('?')[0]];
        return FakeTarget.WriteAsync(stream, FakeTarget.Response(Encoding.UTF8.GetBytes(body), "application/json", $"X-Consul-Index: {index}\r\n", "200 OK"), token);
    }

    private ConsulDiscoveryConfig Config() => new() { Server = _server.Address, RefreshIntervalMs = 20 };

    private static ConsulDiscovery Discovery(ConsulDiscoveryConfig config) => new(config, NullLogger.Instance, TimeProvider.System);
}
