using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Touchline.Options;

namespace Touchline.Tests.Hosting;

public sealed class WebSecurityTests
{
    private static string Users(string password) => $"basic_auth_users:\n  anna: {BCrypt.Net.BCrypt.HashPassword(password, workFactor: 4)}\n";

    [Fact]
    public async Task Where_there_are_users_nobody_else_is_let_in()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions(), webConfig: Users("geheim"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, "anna:falsch"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, "otto:geheim"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, "anna"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "anna:geheim"));
        // The second time is answered from memory, which must not let in anybody else.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "anna:geheim"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, "anna:geheim2"));
        foreach (var path in new[] { "/", "/metrics", "/-/healthy", "/federate", "/nothing" })
        {
            using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Changed_users_are_taken_over_and_a_broken_file_is_not()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions(), webConfig: Users("alt"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "anna:alt"));
        Change(server.WebConfigFile, Users("neu"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, "anna:alt"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "anna:neu"));
        Change(server.WebConfigFile, "basic_auth_user: {}\n");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "anna:neu"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, null));
    }

    [Fact]
    public async Task With_a_certificate_it_speaks_TLS()
    {
        var (certificate, key) = SelfSigned();
        await using var server = await RunningServer.StartAsync(
            new ServerOptions(), webConfig: $"tls_server_config:\n  cert: |\n{Indented(certificate)}\n  key: |\n{Indented(key)}\n");
        string? subject = null;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, shown, _, _) =>
            {
                subject = shown?.Subject;
                return true;
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = new UriBuilder(server.Client.BaseAddress!) { Scheme = "https" }.Uri };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, null));
        Assert.Equal("CN=touchline.test", subject);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/status/buildinfo", UriKind.Relative));
        if (credentials is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private static void Change(string path, string text)
    {
        var before = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, text);
        // Both writes may fall into one tick of the file system's clock.
        File.SetLastWriteTimeUtc(path, before.AddSeconds(1));
    }

    private static (string Certificate, string Key) SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=touchline.test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(line => "    " + line));
}
