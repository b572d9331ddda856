using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Loops;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Fetching;

public sealed class TlsClientTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fetch_certificate_of_a_named_authority_is_trusted()
    {
        await using var server = Serve();
        Assert.Equal("foo 1\n", await FetchAsync(server, new TlsConfig { Ca = _certificates.AuthorityPem }));
        Assert.Equal("foo 1\n", await FetchAsync(server, new TlsConfig { CaFile = _folder.Write("ca.pem", _certificates.AuthorityPem) }));
    }

    [Fact]
    public async Task Fetch_unknown_authority_is_refused_unless_skipped()
    {
        await using var server = Serve();
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(server, new TlsConfig()));
        Assert.StartsWith($"Get \"https://{server.Address}/metrics\": tls: failed to verify certificate: ", e.Message, StringComparison.Ordinal);
        Assert.Equal("foo 1\n", await FetchAsync(server, new TlsConfig { InsecureSkipVerify = true }));
    }

    [Fact]
    public async Task Fetch_server_name_is_what_the_certificate_is_checked_for()
    {
        await using var server = Serve(dnsName: "example.test");
        var without = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(server, new TlsConfig { Ca = _certificates.AuthorityPem }));
        Assert.Contains("tls: failed to verify certificate: ", without.Message, StringComparison.Ordinal);
        Assert.Equal("foo 1\n", await FetchAsync(server, new TlsConfig { Ca = _certificates.AuthorityPem, ServerName = "example.test" }));
        Assert.Contains($"\r\nHost: {server.Address}\r\n", server.LastRequest, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<FetchException>(
            () => FetchAsync(server, new TlsConfig { Ca = _certificates.AuthorityPem, ServerName = "other.test" }));
        Assert.Contains("tls: failed to verify certificate: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_server_name_leaves_a_plain_target_and_one_that_does_not_answer_as_they_are()
    {
        await using var server = new FakeTarget();
        server.Serve("foo 1\n");
        var tls = new TlsConfig { ServerName = "example.test" };
        var plain = Job(tls) with { Scheme = "http" };
        using var client = new ScrapeClient(plain, TimeProvider.System);
        Assert.Equal("foo 1\n", await FetchAsync(server, plain, client));
        var gone = Serve();
        await gone.DisposeAsync();
        var refused = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(gone, tls));
        Assert.EndsWith($"dial tcp {gone.Address}: connect: connection refused", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_client_certificate_is_shown()
    {
        var subject = "";
        await using var server = Serve(options =>
        {
            options.ClientCertificateRequired = true;
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject ?? "") != "";
        });
        using var mine = _certificates.Issue("me");
        var tls = new TlsConfig
        {
            Ca = _certificates.AuthorityPem,
            CertFile = _folder.Write("cert.pem", mine.ExportCertificatePem()),
            KeyFile = _folder.Write("key.pem", TestCertificates.KeyPem(mine)),
        };
        Assert.Equal("foo 1\n", await FetchAsync(server, tls));
        Assert.Equal("CN=me", subject);
    }

    [Fact]
    public async Task Fetch_authority_file_that_changes_is_read_again()
    {
        await using var server = Serve();
        using var stranger = new TestCertificates();
        var path = _folder.Write("ca.pem", stranger.AuthorityPem);
        var job = Job(new TlsConfig { CaFile = path });
        using var client = new ScrapeClient(job, TimeProvider.System);
        await Assert.ThrowsAsync<FetchException>(() => FetchAsync(server, job, client));
        _folder.Write("ca.pem", _certificates.AuthorityPem + "\n");
        Assert.Equal("foo 1\n", await FetchAsync(server, job, client));
    }

    [Fact]
    public async Task Fetch_lowest_version_is_kept_to()
    {
        await using var server = Serve(options => options.EnabledSslProtocols = SslProtocols.Tls12);
        Assert.Equal("foo 1\n", await FetchAsync(server, new TlsConfig { Ca = _certificates.AuthorityPem, MinVersion = "TLS12" }));
        await Assert.ThrowsAsync<FetchException>(() => FetchAsync(server, new TlsConfig { Ca = _certificates.AuthorityPem, MinVersion = "TLS13" }));
    }

    [Theory]
    [InlineData("missing.pem", null, "unable to load specified CA cert ")]
    [InlineData("ca.pem", "no certificate", "unable to use specified CA cert ")]
    public async Task Fetch_unusable_authority_file_is_named(string name, string? content, string error)
    {
        await using var server = Serve();
        var path = content is null ? _folder.File(name) : _folder.Write(name, content);
        var e = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(server, new TlsConfig { CaFile = path }));
        Assert.StartsWith(error + path, e.Message, StringComparison.Ordinal);
    }

    private static ScrapeConfig Job(TlsConfig tls) => new() { JobName = "j", Scheme = "https", Http = new HttpClientConfig { Tls = tls, EnableHttp2 = false } };

    private static async Task<string> FetchAsync(FakeTarget server, TlsConfig tls)
    {
        var job = Job(tls);
        using var client = new ScrapeClient(job, TimeProvider.System);
        return await FetchAsync(server, job, client);
    }

    private static async Task<string> FetchAsync(FakeTarget server, ScrapeConfig job, ScrapeClient client)
    {
        using var body = new BodyBuffer(new BodyBudget(1 << 20));
        await client.FetchAsync(TargetFactory.Create(job, server.Address, Labels.Empty).Target!, body, 0, CancellationToken.None);
        return Encoding.UTF8.GetString(body.Bytes);
    }

    private FakeTarget Serve(Action<SslServerAuthenticationOptions>? configure = null, string? dnsName = null)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificate = _certificates.Issue("server", dnsName) };
        configure?.Invoke(options);
        var server = new FakeTarget(options);
        server.Serve("foo 1\n");
        return server;
    }
}
