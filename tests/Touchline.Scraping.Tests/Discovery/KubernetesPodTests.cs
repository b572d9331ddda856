using System.Net.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

/// <summary>Discovery in the cluster: where the server is stands in variables, who asks in the files of a service account.</summary>
public sealed class KubernetesPodTests : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryFolder _account = new();
    private readonly FakeApiServer _server;

    public KubernetesPodTests()
    {
        _server = new FakeApiServer(new SslServerAuthenticationOptions { ServerCertificate = _certificates.Issue("server") });
        _account.Write("ca.crt", _certificates.AuthorityPem);
        _account.Write("token", "first\n");
    }

    private KubernetesPod Pod => new(
        name => name switch
        {
            "KUBERNETES_SERVICE_HOST" => _server.Server.Address.Split(':')[0],
            "KUBERNETES_SERVICE_PORT" => _server.Server.Address.Split(':')[1],
            _ => null,
        },
        Path.GetDirectoryName(_account.File("token"))!);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _account.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Account_is_who_asks_and_a_new_token_is_taken()
    {
        using var discovery = Discovery(Pod);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("1.2.3.4", Assert.Single(discovery.Groups).Targets.Single());
        Assert.True(_server.Saw("first"));

        _server.Token = "second";
        _account.Write("token", "second\n");

        await Eventually.TrueAsync(() => _server.Saw("second"), "the new token is used");
        Assert.StartsWith("GET /api/v1/pods?", _server.Server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_namespace_is_the_one_in_the_file()
    {
        _account.Write("namespace", "mine");
        using var discovery = Discovery(Pod, ownNamespace: true);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.StartsWith("GET /api/v1/namespaces/mine/pods?", _server.Server.LastRequest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "unable to read the pod's namespace ")]
    [InlineData("", "could not read own namespace name (empty file ")]
    public async Task Own_namespace_that_nobody_tells_is_said_until_it_is_there(string? content, string said)
    {
        if (content is not null)
        {
            _account.Write("namespace", content);
        }
        using var discovery = Discovery(Pod, ownNamespace: true);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.StartsWith(said, discovery.Health.LastError, StringComparison.Ordinal);
        _account.Write("namespace", "mine");
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("", discovery.Health.LastError);
    }

    [Fact]
    public async Task Server_that_the_authorities_did_not_sign_is_not_told_the_token()
    {
        using var strangers = new TestCertificates();
        _account.Write("ca.crt", strangers.AuthorityPem);
        using var discovery = Discovery(Pod);
        using var stop = new CancellationTokenSource();
        var refresh = discovery.RefreshAsync(stop.Token);
        await Eventually.TrueAsync(() => discovery.Health.LastError.Contains("tls: failed to verify certificate: ", StringComparison.Ordinal), "it is said");
        Assert.False(_server.Saw("first"));

        _account.Write("ca.crt", _certificates.AuthorityPem + "\n");
        Assert.True(await refresh);
        Assert.Single(discovery.Groups);
    }

    [Fact]
    public async Task Process_outside_of_a_cluster_is_told_what_to_write()
    {
        using var discovery = Discovery(Pod with { Environment = _ => null });
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.EndsWith("outside of a cluster name api_server or kubeconfig_file", discovery.Health.LastError, StringComparison.Ordinal);
    }

    private static KubernetesDiscovery Discovery(KubernetesPod pod, bool ownNamespace = false) => new(
        new KubernetesDiscoveryConfig { Role = KubernetesRole.Pod, OwnNamespace = ownNamespace }, NullLogger.Instance, TimeProvider.System, pod);
}
