using System.Net.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

/// <summary>tls_config of each way of asking for targets over HTTP: whom it trusts, what it shows, and that its files are read again when they change.</summary>
public sealed class DiscoveryTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Mechanisms => ["http", "docker", "dockerswarm", "ec2", "consul", "kubernetes"];

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public async Task Authority_and_client_certificate_are_read_again_when_they_change(string mechanism)
    {
        var subject = "";
        await using var server = new FakeTarget(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificates.Issue("server"),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject ?? "") != "",
        });
        server.Answer = AnswerAsync;
        using var strangers = new TestCertificates();
        _folder.Write("ca.pem", strangers.AuthorityPem);
        WriteClient("one");
        using var discovery = Discovery(mechanism, server.Address, new TlsConfig
        {
            CaFile = _folder.File("ca.pem"),
            CertFile = _folder.File("cert.pem"),
            KeyFile = _folder.File("key.pem"),
        });
        using var stop = new CancellationTokenSource();
        var asking = RefreshUntilStoppedAsync(discovery, stop.Token);
        await Eventually.TrueAsync(() => discovery.Health.LastError.Contains("tls: failed to verify certificate: ", StringComparison.Ordinal), "the server is not trusted");

        _folder.Write("ca.pem", _certificates.AuthorityPem + "\n");
        await Eventually.TrueAsync(() => discovery.Groups.Count > 0 && subject == "CN=one", "it is trusted now, and is shown the certificate");

        WriteClient("another");
        await Eventually.TrueAsync(() => subject == "CN=another", "it is shown the next certificate");
        await stop.CancelAsync();
        await asking;
    }

    private static async Task RefreshUntilStoppedAsync(IRemoteDiscovery discovery, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await discovery.RefreshAsync(cancellationToken);
                await Task.Delay(20, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static IRemoteDiscovery Discovery(string mechanism, string address, TlsConfig tls)
    {
        var http = new HttpClientConfig { Tls = tls };
        var (log, time, url) = (NullLogger.Instance, TimeProvider.System, $"https://{address}");
        return mechanism switch
        {
            "http" => new HttpDiscovery(new HttpDiscoveryConfig(url, 60_000, http), log, time),
            "docker" => new DockerDiscovery(new DockerDiscoveryConfig { Host = url, Http = http }, log, time),
            "dockerswarm" => new DockerSwarmDiscovery(new DockerSwarmDiscoveryConfig { Host = url, Role = DockerSwarmRole.Nodes, Http = http }, log, time),
            "ec2" => new Ec2Discovery(new Ec2DiscoveryConfig { Region = "r", Endpoint = url, AccessKey = "a", SecretKey = new Secret("s"), Http = http }, log, time),
            "consul" => new ConsulDiscovery(new ConsulDiscoveryConfig { Server = address, Scheme = "https", Services = ["s"], RefreshIntervalMs = 20, Http = http }, log, time),
            _ => new KubernetesDiscovery(new KubernetesDiscoveryConfig { Role = KubernetesRole.Node, ApiServer = url, Http = http }, log, time),
        };
    }

    /// <summary>One target, whoever asks.</summary>
    private static Task<bool> AnswerAsync(string head, Stream stream, CancellationToken cancellationToken)
    {
        var (type, body) = ("application/json", head) switch
        {
            var (json, asked) when asked.Contains("/containers/json", StringComparison.Ordinal) =>
                (json, """[{"Id":"c","Names":["/n"],"Ports":[],"HostConfig":{"NetworkMode":"b"},"NetworkSettings":{"Networks":{"b":{"NetworkID":"n","IPAddress":"1.2.3.4"}}}}]"""),
            var (json, asked) when asked.Contains("/networks", StringComparison.Ordinal) => (json, "[]"),
            var (json, asked) when asked.Contains("/api/v1/nodes", StringComparison.Ordinal) && asked.Contains("watch=true", StringComparison.Ordinal) =>
                (json, """{"type":"ERROR","object":{"code":410}}""" + "\n"),
            var (json, asked) when asked.Contains("/api/v1/nodes", StringComparison.Ordinal) =>
                (json, """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n"},"status":{"addresses":[{"type":"InternalIP","address":"1.2.3.4"}]}}]}"""),
            var (json, asked) when asked.Contains("/nodes", StringComparison.Ordinal) => (json, """[{"ID":"n","Status":{"Addr":"1.2.3.4"}}]"""),
            var (json, asked) when asked.Contains("/v1/", StringComparison.Ordinal) =>
                (json, """[{"Node":{"Node":"n","Address":"1.2.3.4"},"Service":{"ID":"s","Service":"s","Port":1},"Checks":[]}]"""),
            var (_, asked) when asked.StartsWith("POST", StringComparison.Ordinal) =>
                ("text/xml", "<R><reservationSet><item><instancesSet><item><instanceId>i</instanceId><privateIpAddress>1.2.3.4</privateIpAddress></item></instancesSet></item></reservationSet></R>"),
            var (json, _) => (json, """[{ "targets": ["1.2.3.4:1"] }]"""),
        };
        return WriteAsync(head, stream, type, body, cancellationToken);
    }

    private static async Task<bool> WriteAsync(string head, Stream stream, string type, string body, CancellationToken cancellationToken)
    {
        if (head.StartsWith("POST", StringComparison.Ordinal))
        {
            await FakeTarget.ReadBodyAsync(head, stream, cancellationToken);
        }
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response(System.Text.Encoding.UTF8.GetBytes(body), type, "X-Consul-Index: 1\r\n", "200 OK"), cancellationToken);
    }

    private void WriteClient(string name)
    {
        using var certificate = _certificates.Issue(name);
        _folder.Write("cert.pem", certificate.ExportCertificatePem());
        _folder.Write("key.pem", TestCertificates.KeyPem(certificate));
    }
}
