using System.IO.Compression;
using System.Text;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Loops;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Fetching;

public sealed class ScrapeClientTests : IAsyncDisposable
{
    private readonly FakeTarget _server = new();
    private readonly BodyBudget _budget = new(1 << 30);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Fetch_sends_the_headers_that_targets_know()
    {
        await FetchAsync(Job());
        Assert.StartsWith("GET /metrics HTTP/1.1\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("Accept: application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: gzip\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("User-Agent: Touchline/", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("X-Prometheus-Scrape-Timeout-Seconds: 61.5\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", _server.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", _server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_gives_body_and_content_type_as_sent()
    {
        _server.Serve("foo 1\n", "text/plain; version=0.0.4; charset=utf-8");
        Assert.Equal(("foo 1\n", "text/plain; version=0.0.4; charset=utf-8"), await FetchAsync(Job()));
        _server.Serve("foo 1\n", ";;;");
        Assert.Equal(("foo 1\n", ";;;"), await FetchAsync(Job()));
        _server.Serve("foo 1\n", contentType: null);
        Assert.Equal(("foo 1\n", null), await FetchAsync(Job()));
    }

    [Fact]
    public async Task Fetch_unpacks_gzip()
    {
        _server.Serve(Gzip(Encoding.UTF8.GetBytes("foo 1\n")), headers: "Content-Encoding: gzip\r\n");
        Assert.Equal("foo 1\n", (await FetchAsync(Job())).Body);
    }

    [Fact]
    public async Task Fetch_chunked_body_is_joined()
    {
        _server.Answer = (_, stream, token) => FakeTarget.WriteAsync(stream,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfoo \r\n2\r\n1\n\r\n0\r\n\r\n"u8.ToArray(), token);
        Assert.Equal("foo 1\n", (await FetchAsync(Job())).Body);
    }

    [Theory]
    [InlineData("500 Internal Server Error", "server returned HTTP status 500 Internal Server Error")]
    [InlineData("404 Nowhere", "server returned HTTP status 404 Nowhere")]
    [InlineData("204 No Content", "server returned HTTP status 204 No Content")]
    public async Task Fetch_other_status_is_named(string status, string error)
    {
        _server.Serve([], status: status);
        Assert.Equal(error, await ErrorAsync(Job()));
    }

    [Fact]
    public async Task Fetch_nobody_listening_is_connection_refused()
    {
        var address = _server.Address;
        await _server.DisposeAsync();
        Assert.Equal($"Get \"http://{address}/metrics\": dial tcp {address}: connect: connection refused", await ErrorAsync(Job(), address));
    }

    [Fact]
    public async Task Fetch_unknown_host_is_no_such_host() =>
        Assert.Equal("Get \"http://no-such-host.invalid:80/metrics\": dial tcp: lookup no-such-host.invalid: no such host", (await ErrorAsync(Job(), "no-such-host.invalid:80")).Replace("server misbehaving", "no such host", StringComparison.Ordinal));

    [Fact]
    public async Task Fetch_reset_before_the_answer_is_named()
    {
        _server.Answer = (_, _, _) => Task.FromResult(false);
        Assert.Equal($"Get \"http://{_server.Address}/metrics\": read tcp {_server.Address}: connection reset by peer", await ErrorAsync(Job()));
    }

    [Fact]
    public async Task Fetch_reset_within_the_body_is_named()
    {
        _server.Answer = async (_, stream, token) =>
        {
            await FakeTarget.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfoo 1\n"u8.ToArray(), token);
            return false;
        };
        Assert.Contains(await ErrorAsync(Job()), new[] { $"read tcp {_server.Address}: connection reset by peer", "unexpected EOF" });
    }

    [Fact]
    public async Task Fetch_garbage_instead_of_http_is_named()
    {
        _server.Answer = async (_, stream, token) => await FakeTarget.WriteAsync(stream, "SSH-2.0-OpenSSH_9.0\r\n\r\n"u8.ToArray(), token) && false;
        Assert.Equal($"Get \"http://{_server.Address}/metrics\": net/http: malformed HTTP response", await ErrorAsync(Job()));
    }

    [Fact]
    public async Task Fetch_broken_gzip_is_named()
    {
        _server.Serve("foo 1\n"u8.ToArray(), headers: "Content-Encoding: gzip\r\n");
        Assert.StartsWith("gzip: invalid data: ", await ErrorAsync(Job()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_body_size_limit_counts_bytes()
    {
        _server.Serve("12345678");
        Assert.Equal("12345678", (await FetchAsync(Job() with { BodySizeLimitBytes = 8 })).Body);
        Assert.StartsWith("body size limit exceeded: more than 7 bytes", await ErrorAsync(Job() with { BodySizeLimitBytes = 7 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_gzip_bomb_is_stopped_at_the_limit()
    {
        var zeros = new byte[200 << 20];
        _server.Serve(Gzip(zeros), headers: "Content-Encoding: gzip\r\n");
        Assert.StartsWith($"body size limit exceeded: more than {ScrapeClient.DefaultBodyLimitBytes} bytes", await ErrorAsync(Job()), StringComparison.Ordinal);
        Assert.Equal(0, _budget.TakenBytes);
    }

    [Fact]
    public async Task Fetch_bodies_of_all_targets_share_a_budget()
    {
        _server.Serve(new byte[100_000]);
        var small = new BodyBudget(64 * 1024);
        using var client = new ScrapeClient(Job(), TimeProvider.System);
        using var body = new BodyBuffer(small);
        var e = await Assert.ThrowsAsync<FetchException>(() => client.FetchAsync(Target(Job(), _server.Address), body, 0, CancellationToken.None));
        Assert.StartsWith("too many bytes of scraped bodies in memory at once", e.Message, StringComparison.Ordinal);
        body.Dispose();
        Assert.Equal(0, small.TakenBytes);
    }

    [Fact]
    public async Task Fetch_redirects_are_followed()
    {
        _server.Answer = (head, stream, token) => FakeTarget.WriteAsync(stream,
            head.StartsWith("GET /metrics ", StringComparison.Ordinal)
                ? FakeTarget.Response([], null, "Location: /other?a=b\r\n", "302 Found")
                : FakeTarget.Response("foo 1\n"), token);
        Assert.Equal("foo 1\n", (await FetchAsync(Job())).Body);
        Assert.StartsWith("GET /other?a=b HTTP", _server.LastRequest, StringComparison.Ordinal);
        Assert.Equal("server returned HTTP status 302 Found", await ErrorAsync(Job() with { Http = new HttpClientConfig { FollowRedirects = false } }));
    }

    [Fact]
    public async Task Fetch_redirect_circle_is_left()
    {
        _server.Serve([], headers: "Location: /metrics\r\n", status: "307 Temporary Redirect");
        Assert.Equal($"Get \"http://{_server.Address}/metrics\": stopped after 10 redirects", await ErrorAsync(Job()));
        Assert.Equal(11, _server.Requests);
    }

    [Fact]
    public async Task Fetch_redirect_to_another_host_gets_no_credentials()
    {
        await using var other = new FakeTarget();
        _server.Serve([], headers: $"Location: http://{other.Address}/x\r\n", status: "302 Found");
        await FetchAsync(Job() with { Http = new HttpClientConfig { Authorization = new AuthorizationConfig("Bearer", new Secret("t"), null) } });
        Assert.Contains("Authorization: Bearer t\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", other.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_redirect_to_another_scheme_is_refused()
    {
        _server.Serve([], headers: "Location: file:///etc/passwd\r\n", status: "302 Found");
        Assert.Contains("unsupported protocol scheme \"file\"", await ErrorAsync(Job()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_basic_auth_reads_its_file_every_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("password", "one\n");
        var job = Job() with { Http = new HttpClientConfig { BasicAuth = new BasicAuthConfig("me", null, null, path) } };
        using var client = new ScrapeClient(job, TimeProvider.System);
        await FetchAsync(job, client);
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("me:one"u8)}\r\n", _server.LastRequest, StringComparison.Ordinal);
        folder.Write("password", "two\n");
        await FetchAsync(job, client);
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("me:two"u8)}\r\n", _server.LastRequest, StringComparison.Ordinal);
        File.Delete(path);
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(job, client));
        Assert.StartsWith($"unable to read password_file {path}: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_proxy_is_asked()
    {
        await using var proxy = new FakeTarget();
        proxy.Serve("via 1\n");
        var fetched = await FetchAsync(Job() with { Http = new HttpClientConfig { ProxyUrl = $"http://{proxy.Address}" } });
        Assert.Equal("via 1\n", fetched.Body);
        Assert.StartsWith($"GET http://{_server.Address}/metrics HTTP", proxy.LastRequest, StringComparison.Ordinal);
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task Fetch_headers_of_the_configuration_are_sent_and_files_read_every_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("header", "one\n");
        var job = Job() with { Http = new HttpClientConfig { HttpHeaders = new Dictionary<string, HttpHeaderConfig> { ["X-A"] = new(["v"], [new Secret("s")], [path]) } } };
        using var client = new ScrapeClient(job, TimeProvider.System);
        await FetchAsync(job, client);
        Assert.Contains("X-A: v, s, one\r\n", _server.LastRequest, StringComparison.Ordinal);
        folder.Write("header", "two\n");
        await FetchAsync(job, client);
        Assert.Contains("X-A: v, s, two\r\n", _server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_header_with_an_impossible_name_is_said() => Assert.Equal(
        "net/http: invalid header field name \"a b\"",
        await ErrorAsync(Job() with { Http = new HttpClientConfig { HttpHeaders = new Dictionary<string, HttpHeaderConfig> { ["a b"] = new(["v"], [], []) } } }));

    [Fact]
    public async Task Fetch_tunnel_is_asked_for_with_the_headers_for_the_proxy()
    {
        await using var proxy = new FakeTarget();
        proxy.Answer = (_, stream, token) => FakeTarget.WriteAsync(stream, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"u8.ToArray(), token);
        var job = Job() with
        {
            Scheme = "https",
            Http = new HttpClientConfig
            {
                ProxyUrl = $"http://me:pass@{proxy.Address}",
                ProxyConnectHeader = new Dictionary<string, IReadOnlyList<Secret>> { ["X-Tunnel"] = [new Secret("t")] },
            },
        };
        Assert.Equal("Get \"https://host.test:8443/metrics\": Proxy Authentication Required", await ErrorAsync(job, "host.test:8443"));
        Assert.StartsWith("CONNECT host.test:8443 HTTP/1.1\r\nHost: host.test:8443\r\n", proxy.LastRequest, StringComparison.Ordinal);
        Assert.Contains("X-Tunnel: t\r\n", proxy.LastRequest, StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String("me:pass"u8)}\r\n", proxy.LastRequest, StringComparison.Ordinal);
    }

    private static ScrapeConfig Job() => new() { JobName = "j", ScrapeIntervalMs = 120_000, ScrapeTimeoutMs = 61_500 };

    private static Target Target(ScrapeConfig job, string address) => TargetFactory.Create(job, address, Labels.Empty).Target!;

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }
        return packed.ToArray();
    }

    private async Task<(string Body, string? ContentType)> FetchAsync(ScrapeConfig job, ScrapeClient? shared = null)
    {
        var client = shared ?? new ScrapeClient(job, TimeProvider.System);
        using var body = new BodyBuffer(_budget);
        var type = await client.FetchAsync(Target(job, _server.Address), body, 0, CancellationToken.None);
        if (shared is null)
        {
            client.Dispose();
        }
        return (Encoding.UTF8.GetString(body.Bytes), type);
    }

    private async Task<string> ErrorAsync(ScrapeConfig job, string? address = null)
    {
        using var client = new ScrapeClient(job, TimeProvider.System);
        using var body = new BodyBuffer(_budget);
        var e = await Assert.ThrowsAsync<FetchException>(() => client.FetchAsync(Target(job, address ?? _server.Address), body, 0, CancellationToken.None));
        return e.Message;
    }
}
