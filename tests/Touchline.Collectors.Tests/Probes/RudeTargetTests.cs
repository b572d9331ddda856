using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Touchline.Collectors.Probes;
using Touchline.Configuration;
using Touchline.Configuration.Probes;
using Touchline.Model;

namespace Touchline.Collectors.Tests.Probes;

/// <summary>Targets that hang, drip, reset, lie and flood: each costs its own probe only, in time and in memory.</summary>
public sealed class RudeTargetTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly ProbeModuleConfig Http = new() { Prober = ProberKind.Http };
    private static readonly ProbeModuleConfig Tcp = new() { Prober = ProberKind.Tcp };

    private readonly ProbeRunner _runner = new(TimeProvider.System);

    public void Dispose() => _runner.Dispose();

    [Fact]
    public async Task Target_that_accepts_and_says_nothing_is_a_timeout()
    {
        await using var server = new RudeServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        var outcome = await ProbeAsync(Http, server.Address, Short);

        Assert.Equal((false, "timeout"), (outcome.Success, outcome.Reason));
        Assert.Equal(0, outcome.Metrics.Value("probe_http_status_code"));
    }

    [Theory]
    [InlineData(ProberKind.Tcp)]
    [InlineData(ProberKind.Http)]
    [InlineData(ProberKind.Grpc)]
    public async Task Handshake_that_does_not_end_is_a_timeout(ProberKind prober)
    {
        await using var server = new RudeServer((_, stop) => Task.Delay(Timeout.Infinite, stop));
        var module = new ProbeModuleConfig { Prober = prober, Tcp = new TcpProbeConfig { Tls = true }, Grpc = new GrpcProbeConfig { Tls = true } };

        var outcome = await ProbeAsync(module, prober == ProberKind.Http ? $"https://{server.Address}" : server.Address, Short);

        Assert.Equal((false, "timeout"), (outcome.Success, outcome.Reason));
    }

    [Fact]
    public async Task Body_of_a_byte_now_and_then_is_cut_off_when_time_is_over()
    {
        await using var server = RudeServer.Answering(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync("x"u8.ToArray(), stop);
                await Task.Delay(10, stop);
            }
        });

        // A busy machine needs longer to read as far as the body.
        for (var timeout = Short; ; timeout *= 5)
        {
            var outcome = await ProbeAsync(Http, server.Address, timeout);

            Assert.Equal((false, "timeout"), (outcome.Success, outcome.Reason));
            if (outcome.Metrics.Value("probe_http_status_code") == 200)
            {
                break;
            }
            Assert.True(timeout < Long, "the header is not read");
        }
    }

    [Fact]
    public async Task Header_without_an_end_is_refused()
    {
        await using var server = RudeServer.Answering(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nX: "u8.ToArray(), stop);
            var block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
            while (true)
            {
                await stream.WriteAsync(block, stop);
            }
        });

        var outcome = await ProbeAsync(Http, server.Address, Long);

        Assert.False(outcome.Success);
        Assert.NotEqual("timeout", outcome.Reason);
    }

    [Fact]
    public async Task Connection_that_is_reset_fails_at_once()
    {
        await using var server = RudeServer.Answering((stream, _) =>
        {
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Close();
            return Task.CompletedTask;
        });

        var outcome = await ProbeAsync(Http, server.Address, Long);

        Assert.False(outcome.Success);
        Assert.Contains(outcome.Reason, (string[])["connection reset", "connection broken"]);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end_after_ten()
    {
        await using var server = RudeServer.Saying("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var outcome = await ProbeAsync(Http, server.Address, Long);

        Assert.Equal((false, "status code 302"), (outcome.Success, outcome.Reason));
        Assert.Equal(11, outcome.Metrics.Value("probe_http_redirects"));
        Assert.Equal(11, server.Connections);
    }

    [Theory]
    [InlineData("ftp://elsewhere/")]
    [InlineData("file:///etc/passwd")]
    public async Task Redirect_to_what_is_not_the_web_is_not_followed(string location)
    {
        await using var server = RudeServer.Saying($"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");

        var outcome = await ProbeAsync(Http, server.Address, Long);

        Assert.Equal((false, "unexpected answer"), (outcome.Success, outcome.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_of_hundreds_of_megabytes_is_not_kept(bool matches)
    {
        const int Megabytes = 300;
        await using var server = RudeServer.Answering(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Megabytes << 20}\r\n\r\n"), stop);
            var block = new byte[1 << 20];
            for (var i = 0; i < Megabytes; i++)
            {
                await stream.WriteAsync(block, stop);
            }
        });
        var module = Http with { Http = new HttpProbeConfig { FailIfBodyMatches = matches ? [new SearchRegex("never")] : [] } };
        var before = GC.GetTotalAllocatedBytes();

        var outcome = await ProbeAsync(module, server.Address, Long);

        Assert.Equal(!matches, outcome.Success);
        Assert.Equal(matches ? "body too large" : "", outcome.Reason);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 150 << 20, "the body was kept");
    }

    [Fact]
    public async Task Bomb_of_gzip_is_stopped_by_the_limit_of_the_body()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            var block = new byte[1 << 20];
            for (var i = 0; i < 100; i++)
            {
                gzip.Write(block);
            }
        }
        var body = bomb.ToArray();
        await using var server = RudeServer.Answering(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {body.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(body, stop);
        });

        var outcome = await ProbeAsync(Http with { Http = new HttpProbeConfig { Compression = "gzip", BodySizeLimit = 1 << 20 } }, server.Address, Long);

        Assert.Equal((false, "body too large"), (outcome.Success, outcome.Reason));
        Assert.Equal(1 << 20, outcome.Metrics.Value("probe_http_uncompressed_body_length"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\u001f\u007fno gzip at all")]
    public async Task Invalid_gzip_fails(string answer)
    {
        await using var server = RudeServer.Saying(answer);

        var outcome = await ProbeAsync(Http with { Http = new HttpProbeConfig { Compression = "gzip" } }, server.Address, Long);

        Assert.Equal((false, "body cannot be decompressed"), (outcome.Success, outcome.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-something\r\n")]
    [InlineData("HTTP/9.9 hello\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    public async Task What_is_no_whole_answer_fails(string answer)
    {
        await using var server = RudeServer.Saying(answer);

        var outcome = await ProbeAsync(Http, server.Address, Long);

        Assert.False(outcome.Success);
        Assert.NotEqual("", outcome.Reason);
        Assert.NotEqual("", outcome.Error);
    }

    [Theory]
    [InlineData(true, "certificate expired")]
    [InlineData(false, "certificate not trusted")]
    public async Task Certificates_that_are_not_good_are_named(bool expired, string reason)
    {
        using var certificate = Certificate(expired ? -1 : 30);
        await using var server = new RudeServer(async (stream, stop) =>
        {
            using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        });
        var module = new ProbeModuleConfig
        {
            Prober = ProberKind.Tcp,
            Tcp = new TcpProbeConfig { Tls = true, TlsConfig = new TlsConfig { Ca = expired ? certificate.ExportCertificatePem() : null } },
        };

        var outcome = await ProbeAsync(module, server.Address, Long);

        Assert.Equal((false, reason), (outcome.Success, outcome.Reason));
    }

    [Fact]
    public async Task Certificate_that_expires_soon_fails_where_days_are_wanted()
    {
        using var certificate = Certificate(days: 10);
        await using var server = new RudeServer(async (stream, stop) =>
        {
            using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
            await secure.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop);
        });
        var module = new ProbeModuleConfig
        {
            Prober = ProberKind.Tcp,
            Tcp = new TcpProbeConfig { Tls = true, TlsConfig = new TlsConfig { InsecureSkipVerify = true }, MinCertificateSeconds = 14 * 86_400 },
        };

        var soon = await ProbeAsync(module, server.Address, Long);
        var fine = await ProbeAsync(module with { Tcp = module.Tcp with { MinCertificateSeconds = 5 * 86_400 } }, server.Address, Long);

        Assert.Equal((false, "certificate expires soon"), (soon.Success, soon.Reason));
        Assert.True(fine.Success, fine.Log);
    }

    [Fact]
    public async Task Line_without_an_end_is_refused()
    {
        await using var server = new RudeServer(async (stream, stop) =>
        {
            var block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
            while (true)
            {
                await stream.WriteAsync(block, stop);
            }
        });

        var outcome = await ProbeAsync(Tcp with { Tcp = new TcpProbeConfig { QueryResponse = [new QueryResponseConfig { Expect = new SearchRegex("y") }] } }, server.Address, Long);

        Assert.Equal((false, "connection broken"), (outcome.Success, outcome.Reason));
    }

    [Fact]
    public async Task Name_server_that_answers_with_rubbish_fails()
    {
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var answering = Task.Run(async () =>
        {
            var question = await udp.ReceiveAsync();
            // Another number first, which is no answer to this question; then one whose name points at itself.
            await udp.SendAsync((byte[])[(byte)(question.Buffer[0] ^ 1), question.Buffer[1], 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0], question.RemoteEndPoint);
            await udp.SendAsync((byte[])[question.Buffer[0], question.Buffer[1], 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12], question.RemoteEndPoint);
        });
        var module = new ProbeModuleConfig { Prober = ProberKind.Dns, Dns = new DnsProbeConfig { QueryName = "example.org" } };

        var outcome = await ProbeAsync(module, udp.Client.LocalEndPoint!.ToString()!, Long);

        await answering;
        Assert.Equal((false, "unexpected answer"), (outcome.Success, outcome.Reason));
    }

    [Fact]
    public async Task Whoever_asks_and_goes_away_ends_the_probe()
    {
        await using var server = new RudeServer((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using var going = new CancellationTokenSource();
        var probing = _runner.RunAsync(Http, server.Address, Long, going.Token);

        await going.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing);
    }

    private Task<ProbeOutcome> ProbeAsync(ProbeModuleConfig module, string target, TimeSpan timeout) =>
        _runner.RunAsync(module, target, timeout, TestContext.Current.CancellationToken);

    private static X509Certificate2 Certificate(int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(days - 100), DateTimeOffset.UtcNow.AddDays(days));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
