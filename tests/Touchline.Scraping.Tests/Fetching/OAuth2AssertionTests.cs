using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Fetching;

/// <summary>The grant of signed assertions; that the claims are those of the real Prometheus is compared in Touchline.Differential.</summary>
public sealed class OAuth2AssertionTests : IAsyncDisposable
{
    private readonly FakeTarget _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly List<Dictionary<string, string>> _forms = [];

    public OAuth2AssertionTests() => _server.Answer = async (head, stream, token) =>
    {
        var form = Encoding.UTF8.GetString(await FakeTarget.ReadBodyAsync(head, stream, token));
        _forms.Add(form.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1])));
        return await FakeTarget.WriteAsync(stream, FakeTarget.Response($$"""{ "access_token": "t{{_forms.Count}}", "expires_in": 60 }"""), token);
    };

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("", "RS256")]
    [InlineData("RS384", "RS384")]
    [InlineData("RS512", "RS512")]
    public async Task Assertion_is_signed_by_the_key_and_no_secret_is_sent(string algorithm, string used)
    {
        using var tokens = Tokens(Config with { SignatureAlgorithm = algorithm, ClientSecret = new Secret("hidden") });

        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));

        Assert.Equal(["assertion", "grant_type"], _forms[0].Keys.Order());
        Assert.Equal(OAuth2Config.JwtBearer, _forms[0]["grant_type"]);
        Assert.DoesNotContain("Authorization", _server.LastRequest, StringComparison.Ordinal);
        var assertion = SignedAssertion.Read(_forms[0]["assertion"], _key);
        Assert.True(assertion.IsSigned);
        Assert.Equal($$"""{"alg":"{{used}}","typ":"JWT"}""", assertion.Header.GetRawText());
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds() + 600, assertion.Claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task Token_is_used_until_shortly_before_it_expires_and_each_assertion_is_another()
    {
        using var tokens = Tokens(Config);
        await tokens.AuthorizationAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer t2", await tokens.AuthorizationAsync(CancellationToken.None));
        Assert.NotEqual(Identity(0), Identity(1));

        string? Identity(int asked) => SignedAssertion.Read(_forms[asked]["assertion"], _key).Claims.GetProperty("jti").GetString();
    }

    [Fact]
    public async Task Key_in_a_file_is_read_again_and_a_new_one_gets_a_new_token()
    {
        using var folder = new TemporaryFolder();
        using var next = RSA.Create(2048);
        var path = folder.Write("key.pem", _key.ExportRSAPrivateKeyPem());
        using var tokens = Tokens(Config with { CertificateKey = null, CertificateKeyFile = path });
        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));
        Assert.Equal("Bearer t1", await tokens.AuthorizationAsync(CancellationToken.None));

        folder.Write("key.pem", next.ExportPkcs8PrivateKeyPem());

        Assert.Equal("Bearer t2", await tokens.AuthorizationAsync(CancellationToken.None));
        Assert.True(SignedAssertion.Read(_forms[1]["assertion"], next).IsSigned);
        Assert.False(SignedAssertion.Read(_forms[1]["assertion"], _key).IsSigned);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("text")]
    [InlineData("public")]
    [InlineData("curve")]
    [InlineData("locked")]
    public async Task Key_that_cannot_sign_is_said_and_not_shown(string kind)
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = kind switch
        {
            "nothing" => "",
            "text" => "hidden",
            "public" => _key.ExportRSAPublicKeyPem(),
            "curve" => curve.ExportPkcs8PrivateKeyPem(),
            _ => _key.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
        };
        using var tokens = Tokens(Config with { CertificateKey = new Secret(pem) });
        var e = await Assert.ThrowsAsync<FetchException>(() => tokens.AuthorizationAsync(CancellationToken.None));
        Assert.Equal("oauth2: invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key, and one of RSA without a password", e.Message);
        Assert.Empty(_forms);
    }

    [Fact]
    public async Task Key_file_that_is_not_there_is_named()
    {
        using var tokens = Tokens(Config with { CertificateKey = null, CertificateKeyFile = "/nowhere/key.pem" });
        var e = await Assert.ThrowsAsync<FetchException>(() => tokens.AuthorizationAsync(CancellationToken.None));
        Assert.StartsWith("unable to read client_certificate_key_file /nowhere/key.pem: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assertion")]
    [InlineData("scope")]
    public async Task Parameter_in_place_of_what_is_sent_anyway_is_refused(string name)
    {
        using var tokens = Tokens(Config with { Scopes = ["s"], EndpointParams = new Dictionary<string, string> { [name] = "mine" } });
        var e = await Assert.ThrowsAsync<FetchException>(() => tokens.AuthorizationAsync(CancellationToken.None));
        Assert.Equal($"oauth2: cannot overwrite parameter \"{name}\"", e.Message);
    }

    [Fact]
    public async Task Claims_of_the_configuration_stand_in_place_of_others()
    {
        var claims = new Dictionary<string, JsonElement> { ["iss"] = JsonSerializer.SerializeToElement(5), ["more"] = JsonSerializer.SerializeToElement(new[] { "a" }) };
        using var tokens = Tokens(Config with { Issuer = "i", Audience = "a", CertificateKeyId = "kid", Claims = claims, EndpointParams = new Dictionary<string, string> { ["grant_type"] = "odd" } });
        await tokens.AuthorizationAsync(CancellationToken.None);
        var assertion = SignedAssertion.Read(_forms[0]["assertion"], _key);
        Assert.Equal("kid", assertion.Header.GetProperty("kid").GetString());
        Assert.Equal(("5", "\"a\"", "[\"a\"]"), (Raw("iss"), Raw("aud"), Raw("more")));
        Assert.Equal("odd", _forms[0]["grant_type"]);

        string Raw(string claim) => assertion.Claims.GetProperty(claim).GetRawText();
    }

    private OAuth2Config Config => new()
    {
        ClientId = "id",
        GrantType = OAuth2Config.JwtBearer,
        CertificateKey = new Secret(_key.ExportPkcs8PrivateKeyPem()),
        TokenUrl = $"http://{_server.Address}/token",
    };

    private OAuth2Tokens Tokens(OAuth2Config config) => new(config, _time);
}
