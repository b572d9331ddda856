using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

/// <summary>Programs that print credentials for an API server. Touchline.Differential lets the real Prometheus run one too.</summary>
[SupportedOSPlatform("linux")]
public sealed class KubernetesCredentialProgramTests
{
    private const string Version = "client.authentication.k8s.io/v1";

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Token_is_asked_for_again_when_it_expires_and_not_before()
    {
        var until = _time.GetUtcNow().AddMinutes(15).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        using var program = new TemporaryProgram($$$"""echo '{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"'$(wc -l < runs)'","expirationTimestamp":"{{{until}}}"}}'""");
        var credentials = new KubernetesCredentialProgram(Config(program), _time);

        var first = await credentials.CurrentAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Same(first, await credentials.CurrentAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotSame(first, await credentials.CurrentAsync(CancellationToken.None));

        Assert.Equal("1", first.Token!.Value.Trim());
        Assert.Equal(2, program.Runs);
    }

    [Fact]
    public async Task Program_gets_its_arguments_variables_and_what_is_asked()
    {
        using var program = new TemporaryProgram($$"""
            printf '%s|' "$@" "$MINE" "$KUBERNETES_EXEC_INFO" > seen
            cat > typed
            {{Printing("t")}}
            """);
        await new KubernetesCredentialProgram(Config(program) with
        {
            Arguments = [program.Path, "a b", "$HOME", ""],
            Environment = new Dictionary<string, string> { ["MINE"] = "m" },
            Cluster = """{"server":"https://x"}""",
        }, _time).CurrentAsync(CancellationToken.None);

        Assert.Equal(
            "a b|$HOME||m|{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"https://x\"}}}|",
            await File.ReadAllTextAsync(program.File("seen")));
        Assert.Equal("", await File.ReadAllTextAsync(program.File("typed")));
    }

    [Theory]
    [InlineData("echo 'no\nluck' >&2; echo hidden; exit 3", "it failed with exit code 3: no luck")]
    [InlineData("echo hidden", "what it printed is no JSON")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"hidden"}}'""", "what it printed is no ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'""", "it didn't return a token or cert/key pair")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"hidden"}}'""", "it returned only certificate or key, not both")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"hidden","expirationTimestamp":"soon"}}'""", "its expirationTimestamp is no time, as 2026-01-02T15:04:05Z is one")]
    [InlineData("exec head -c 3000000 /dev/zero", "it printed more than 1 MiB")]
    public async Task Program_that_fails_is_said_and_not_run_again_at_once(string script, string said)
    {
        using var program = new TemporaryProgram(script);
        var credentials = new KubernetesCredentialProgram(Config(program), _time);

        for (var i = 0; i < 3; i++)
        {
            var e = await Assert.ThrowsAsync<FetchException>(() => credentials.CurrentAsync(CancellationToken.None));
            Assert.Equal($"getting credentials: exec: /bin/sh: {said}", e.Message);
        }
        Assert.Equal(1, program.Runs);

        program.Rewrite(Printing("t"));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("t", (await credentials.CurrentAsync(CancellationToken.None)).Token!.Value);
    }

    [Fact]
    public async Task Program_that_is_not_there_is_said_with_the_hint()
    {
        var credentials = new KubernetesCredentialProgram(new CredentialProgramConfig { ApiVersion = Version, Command = "/nowhere/program", InstallHint = "install it" }, _time);
        var e = await Assert.ThrowsAsync<FetchException>(() => credentials.CurrentAsync(CancellationToken.None));
        Assert.StartsWith("getting credentials: exec: /nowhere/program: it cannot be run: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; install it", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Program_that_hangs_is_ended_at_the_timeout_and_when_the_process_stops(bool stops)
    {
        using var program = new TemporaryProgram("echo $$ > started; sleep 600; true");
        using var stop = new CancellationTokenSource();
        var asking = new KubernetesCredentialProgram(Config(program), _time).CurrentAsync(stop.Token);
        await Eventually.TrueAsync(() => File.Exists(program.File("started")) && File.ReadAllText(program.File("started")).EndsWith('\n'), "the program runs");
        var id = int.Parse(await File.ReadAllTextAsync(program.File("started")), CultureInfo.InvariantCulture);

        if (stops)
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }
        else
        {
            _time.Advance(TimeSpan.FromSeconds(26));
            var e = await Assert.ThrowsAsync<FetchException>(() => asking);
            Assert.Equal($"getting credentials: exec: /bin/sh: it did not end within 25 s", e.Message);
        }
        await Eventually.TrueAsync(() => HasEnded(id), "the program is ended");
    }

    [Fact]
    public async Task Token_that_is_refused_is_asked_for_again()
    {
        using var certificates = new TestCertificates();
        await using var server = new FakeApiServer(new SslServerAuthenticationOptions { ServerCertificate = certificates.Issue("server") }) { Token = "good" };
        using var program = new TemporaryProgram(Printing("old"));
        using var discovery = Discovery(program, $"https://{server.Server.Address}", certificates.AuthorityPem);
        var refresh = discovery.RefreshAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => server.Saw("old"), "the first token is tried");

        program.Rewrite(Printing("good"));

        await Eventually.TrueAsync(() => server.Saw("good"), "the next token is tried");
        Assert.True(await refresh);
        Assert.Equal("1.2.3.4", Assert.Single(discovery.Groups).Targets.Single());
    }

    [Fact]
    public async Task Server_without_tls_is_told_no_token()
    {
        await using var server = new FakeApiServer();
        using var program = new TemporaryProgram(Printing("t"));
        using var discovery = Discovery(program, $"http://{server.Server.Address}", "");
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal(0, program.Runs);
    }

    [Fact]
    public async Task Certificate_that_is_printed_is_shown_to_the_server()
    {
        using var certificates = new TestCertificates();
        var subject = "";
        await using var server = new FakeApiServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificates.Issue("server"),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject ?? "") != "",
        });
        using var mine = certificates.Issue("printed");
        var printed = System.Text.Json.JsonSerializer.Serialize(new
        {
            kind = "ExecCredential",
            apiVersion = Version,
            status = new { clientCertificateData = mine.ExportCertificatePem(), clientKeyData = TestCertificates.KeyPem(mine) },
        });
        using var program = new TemporaryProgram($"cat <<'END'\n{printed}\nEND");
        using var discovery = Discovery(program, $"https://{server.Server.Address}", certificates.AuthorityPem);

        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("CN=printed", subject);
        Assert.Single(discovery.Groups);
    }

    private static string Printing(string token) => $$$"""echo '{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"{{{token}}}"}}'""";

    private static CredentialProgramConfig Config(TemporaryProgram program) => new()
    {
        ApiVersion = Version,
        // A file that was written just now cannot always be run itself: another test's process may be starting with it open.
        Command = "/bin/sh",
        Arguments = [program.Path],
    };

    private static KubernetesDiscovery Discovery(TemporaryProgram program, string server, string authority)
    {
        var trusted = authority.Length == 0 ? "" : $", certificate-authority-data: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(authority))}";
        // Found from the folder of the file.
        File.WriteAllText(program.File("config"), $$"""
            current-context: c
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            clusters: [{ name: k, cluster: { server: '{{server}}'{{trusted}} } }]
            users: [{ name: u, user: { exec: { apiVersion: {{Version}}, command: ./program, interactiveMode: Never } } }]
            """);
        return new KubernetesDiscovery(new KubernetesDiscoveryConfig { Role = KubernetesRole.Pod, KubeConfigFile = program.File("config") }, NullLogger.Instance, TimeProvider.System);
    }

    private static bool HasEnded(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
