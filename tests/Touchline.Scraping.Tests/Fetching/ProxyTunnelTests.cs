using System.Net.Security;
using System.Text;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Loops;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Fetching;

/// <summary>Targets of https behind a proxy. Their name is one that nobody can look up, so that what answers came through the tunnel.</summary>
public sealed class ProxyTunnelTests : IAsyncDisposable
{
    private const string Host = "behind.test";

    private readonly TestCertificates _certificates = new();
    private readonly FakeTarget _target;
    private readonly FakeProxy _proxy;

    public ProxyTunnelTests()
    {
        _target = new FakeTarget(Server(Host));
        _target.Serve("foo 1\n");
        _proxy = new FakeProxy(_target);
    }

    private HttpClientConfig Http => new()
    {
        ProxyUrl = $"http://{_proxy.Address}",
        Tls = new TlsConfig { Ca = _certificates.AuthorityPem },
        Authorization = new AuthorizationConfig("Bearer", new Secret("of-target"), null),
    };

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _target.DisposeAsync();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Target_is_scraped_through_the_tunnel_and_the_proxy_sees_nothing_of_it()
    {
        var job = Job(Http);
        using var client = new ScrapeClient(job, TimeProvider.System);
        Assert.Equal("foo 1\n", await FetchAsync(job, client));
        Assert.Equal("foo 1\n", await FetchAsync(job, client));

        Assert.Equal(["CONNECT behind.test:8443 HTTP/1.1", "Host: behind.test:8443", "", ""], _proxy.LastRequest.Split("\r\n"));
        Assert.Equal(1, _proxy.Requests);
        Assert.Contains("\r\nAuthorization: Bearer of-target\r\n", _target.LastRequest, StringComparison.Ordinal);
        Assert.Contains("\r\nHost: behind.test:8443\r\n", _target.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_and_headers_for_the_proxy_go_to_it_alone()
    {
        await FetchAsync(Http with
        {
            ProxyUrl = $"http://me:p%40ss@{_proxy.Address}",
            ProxyConnectHeader = new Dictionary<string, IReadOnlyList<Secret>> { ["X-Tunnel"] = [new Secret("t")] },
        });

        Assert.Contains($"\r\nProxy-Authorization: Basic {Convert.ToBase64String("me:p@ss"u8)}\r\n", _proxy.LastRequest, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Tunnel: t\r\n", _proxy.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Tunnel", _target.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-Authorization", _target.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_is_checked_for_the_name_of_the_target_or_the_one_that_is_set()
    {
        await using var target = new FakeTarget(Server("named.test"));
        target.Serve("foo 2\n");
        await using var proxy = new FakeProxy(target);
        var http = Http with { ProxyUrl = $"http://{proxy.Address}" };

        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(http));
        Assert.StartsWith("Get \"https://behind.test:8443/metrics\": tls: failed to verify certificate: ", e.Message, StringComparison.Ordinal);
        Assert.Equal("foo 2\n", await FetchAsync(http with { Tls = http.Tls with { ServerName = "named.test" } }));
        Assert.StartsWith("CONNECT behind.test:8443 ", proxy.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_that_speaks_tls_is_trusted_as_the_target_is()
    {
        await using var proxy = new FakeProxy(_target, Server(dnsName: null));
        var http = Http with { ProxyUrl = $"https://{proxy.Address}" };

        Assert.Equal("foo 1\n", await FetchAsync(http));
        Assert.StartsWith("CONNECT behind.test:8443 ", proxy.LastRequest, StringComparison.Ordinal);
        using var strangers = new TestCertificates();
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(http with { Tls = new TlsConfig { Ca = strangers.AuthorityPem } }));
        Assert.Contains("tls: failed to verify certificate: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "Proxy Authentication Required")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno", "Bad Gateway")]
    [InlineData("HTTP/1.1 2000 Odd\r\n\r\n", "malformed HTTP status code \"2000\"")]
    [InlineData("nonsense\r\n\r\n", "malformed HTTP response \"nonsense\"")]
    public async Task Refusal_is_told_in_the_words_of_the_proxy(string answer, string said)
    {
        _proxy.Refusal = answer;
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(Http));
        Assert.Equal($"Get \"https://behind.test:8443/metrics\": {said}", e.Message);
        Assert.Equal(0, _target.Requests);
    }

    [Fact]
    public async Task Proxy_that_is_gone_is_not_taken_for_the_target()
    {
        await _proxy.DisposeAsync();
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(Http));
        Assert.Equal($"Get \"https://behind.test:8443/metrics\": proxyconnect tcp: dial tcp {_proxy.Address}: connect: connection refused", e.Message);
    }

    [Fact]
    public async Task Proxy_that_hangs_is_left_at_the_timeout()
    {
        await using var proxy = new FakeTarget { Answer = async (_, _, token) => { await Task.Delay(Timeout.Infinite, token); return false; } };
        using var timeout = new CancellationTokenSource();
        var fetch = FetchAsync(Http with { ProxyUrl = $"http://{proxy.Address}" }, timeout.Token);
        await Eventually.TrueAsync(() => proxy.Requests == 1, "the proxy is asked");
        await timeout.CancelAsync();
        var e = await Assert.ThrowsAsync<FetchException>(() => fetch);
        Assert.Equal("Get \"https://behind.test:8443/metrics\": context deadline exceeded", e.Message);
    }

    private static ScrapeConfig Job(HttpClientConfig http) => new() { JobName = "j", Scheme = "https", Http = http };

    private static async Task<string> FetchAsync(HttpClientConfig http, CancellationToken cancellationToken = default)
    {
        var job = Job(http);
        using var client = new ScrapeClient(job, TimeProvider.System);
        return await FetchAsync(job, client, cancellationToken);
    }

    private static async Task<string> FetchAsync(ScrapeConfig job, ScrapeClient client, CancellationToken cancellationToken = default)
    {
        using var body = new BodyBuffer(new BodyBudget(1 << 20));
        await client.FetchAsync(TargetFactory.Create(job, $"{Host}:8443", Labels.Empty).Target!, body, 0, cancellationToken);
        return Encoding.UTF8.GetString(body.Bytes);
    }

    private SslServerAuthenticationOptions Server(string? dnsName) => new() { ServerCertificate = _certificates.Issue("server", dnsName) };
}
